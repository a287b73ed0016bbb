import { expect, mock, test } from 'bun:test'
import { fileURLToPath } from 'node:url'
import { hash as hashNatively } from '@node-rs/argon2'
import type { PasswordHasher } from '#core/platform'
import { dummyHash, isAffordable, parameters } from '#platform/argon2'
import { createNativeHasher } from '#platform/argon2-native'

// Workers compile the module ahead of time; here it is compiled by hand.
const wasmFile = fileURLToPath(import.meta.resolve('@phi-ag/argon2/argon2.wasm'))
const compiled = await WebAssembly.compile(await Bun.file(wasmFile).arrayBuffer())
mock.module('@phi-ag/argon2/argon2.wasm', () => ({ default: compiled }))
const { createWasmHasher } = await import('#platform/argon2-wasm')

const native = await createNativeHasher()

const { memoryKib, passes, lanes } = parameters
const bunOptions = { algorithm: 'argon2id', memoryCost: memoryKib, timeCost: passes } as const

/** The three that we hash with, depending on where we run. */
const hashers: Record<string, PasswordHasher> = {
  'the native package': native,
  WebAssembly: createWasmHasher(),
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
      for (const secret of [password, ...inOtherScripts]) {
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
  `x$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
  '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
]
for (const hash of odd) {
  test(`${JSON.stringify(hash.slice(0, 50))} is no hash that we compute`, () => expect(isAffordable(hash)).toBe(false))
}

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
