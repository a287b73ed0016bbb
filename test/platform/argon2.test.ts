import { expect, test } from 'bun:test'
import { hash as hashNatively } from '@node-rs/argon2'
import { dummyHash, isAffordable, isCurrent, parameters } from '#core/argon2'
import type { PasswordHasher } from '#core/platform'
import { createNativeHasher } from '#platform/argon2-native'
import { createWasmHasher } from './wasm-hasher'

const native = await createNativeHasher()
const ours: Record<string, PasswordHasher> = { 'the native package': native, WebAssembly: createWasmHasher() }

const { memoryKib, passes, lanes } = parameters
const bunOptions = { algorithm: 'argon2id', memoryCost: memoryKib, timeCost: passes } as const

/** The three that we hash with, depending on where we run. */
const hashers: Record<string, Pick<PasswordHasher, 'hash' | 'verify'>> = {
  ...ours,
  Bun: {
    hash: (password) => Bun.password.hash(password, bunOptions),
    verify: (password, hash = dummyHash) => Bun.password.verify(password, hash),
  },
}

const timeoutMs = 30_000
const password = 'correct horse battery staple'
const inOtherScripts = ['bättery stäple', 'пароль-секретный', '🐎🔋🧷🐎🔋🧷🐎🔋', 'パスワードです長い']

for (const [maker, { hash }] of Object.entries(hashers)) {
  test(
    `a hash made by ${maker} is verified by all others, and only for its own password`,
    async () => {
      for (const secret of [password, 'пароль 🐎']) {
        const made = await hash(secret)
        expect(made).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
        expect(isAffordable(made)).toBe(true)
        for (const [verifier, { verify }] of Object.entries(hashers)) {
          expect({ secret, verifier, matches: await verify(secret, made) }).toMatchObject({ matches: true })
          expect({ secret, verifier, matches: await verify(`${secret} `, made) }).toMatchObject({ matches: false })
        }
      }
    },
    timeoutMs,
  )
}

for (const [maker, { hash, verify }] of Object.entries(hashers)) {
  test(
    `all of a password counts for ${maker}, in whatever script it is written`,
    async () => {
      for (const secret of inOtherScripts) {
        const characters = [...secret]
        const half = characters.slice(0, characters.length / 2)
        const sameBeginning = [...half, ...characters.slice(half.length).map(() => characters[0])].join('')
        expect({ secret, matches: await verify(sameBeginning, await hash(secret)) }).toMatchObject({ matches: false })
      }
    },
    timeoutMs,
  )
}

test('two hashes of one password differ: each has a salt of its own', async () => {
  expect(await native.hash(password)).not.toBe(await native.hash(password))
})

const salt = 'cG9zdGVybi1kdW1teS1zYWx0'
const digest = 'A'.repeat(43)
const odd = [
  '',
  'plain text',
  `$argon2id$v=19$m=65537,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=11,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=2,p=5$${salt}$${digest}`,
  `$argon2id$v=19$m=4294967295,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=99999999999999999999,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=-1,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${digest}`,
  `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
  `$argon2d$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
  `$argon2id$m=19456,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}`,
  `$argon2id$v=19$m=19456,t=2,p=1$$${digest}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${'A'.repeat(4000)}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}\n`,
  `$argon2id$v=19$m=0,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=7,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=31,t=2,p=4$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=2,p=0$${salt}$${digest}`,
  `$argon2id$v=19$m=019456,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${'B'.repeat(43)}`,
  `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(13)}$${digest}`,
  `x$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
  '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
]
for (const hash of odd) {
  test(`${JSON.stringify(hash.slice(0, 50))} is no hash that we compute`, () => expect(isAffordable(hash)).toBe(false))
}

/** Far below what a hash takes, far above what refusing at a glance takes. */
const aHashMs = 4

for (const [maker, { verify }] of Object.entries(ours)) {
  test(`${maker} refuses what is no hash, at the cost of one`, async () => {
    for (const hash of [
      '',
      `$argon2id$v=19$m=7,t=0,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=65537,t=2,p=1$${salt}$`,
    ]) {
      const startedAt = performance.now()
      expect(await verify(password, hash)).toBe(false)
      expect({ hash, isCostly: performance.now() - startedAt > aHashMs }).toMatchObject({ isCostly: true })
    }
  })
}

test('the native package, which throws for what it can’t read, never gets to see it', async () => {
  for (const hash of odd) expect(await native.verify(password, hash)).toBe(false)
})

const costs: [memoryKib: number, passes: number, lanes: number, isEnough: boolean][] = [
  [19_456, 2, 1, true],
  [19_457, 2, 1, true],
  [65_536, 10, 4, true],
  [19_455, 3, 1, false],
  [65_536, 1, 1, false],
  [65_537, 2, 1, false],
]
for (const [m, t, p, isEnough] of costs) {
  test(`a hash of ${m} KiB and ${t} passes is ${isEnough ? 'current' : 'to be renewed'}`, () => {
    expect(isCurrent(`$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${digest}`)).toBe(isEnough)
  })
}

test('what we hash is current, what is no hash of ours is not', async () => {
  for (const { hash, isCurrent } of Object.values(ours)) expect(isCurrent(await hash(password))).toBe(true)
  expect(odd.filter(isCurrent)).toEqual([])
})

test('a hash that asks for too much is refused for every password, also for its own', async () => {
  const expensive = await hashNatively(password, { algorithm: 2, memoryCost: 65_537, timeCost: 1, parallelism: 1 })
  expect(await native.verify(password, expensive)).toBe(false)
})

test('a hash with weaker parameters is still verified', async () => {
  const weak = await hashNatively(password, { algorithm: 2, memoryCost: 4096, timeCost: 1, parallelism: 1 })
  expect(await native.verify(password, weak)).toBe(true)
})

test('the hash that stands in for a missing one is affordable, of today’s parameters, and fits no password', async () => {
  expect(isAffordable(dummyHash)).toBe(true)
  expect(dummyHash).toStartWith(`$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$`)
  for (const { verify } of Object.values(hashers)) expect(await verify('', dummyHash)).toBe(false)
  expect(await native.verify(password, undefined)).toBe(false)
})
