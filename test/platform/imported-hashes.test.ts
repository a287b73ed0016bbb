import { expect, test } from 'bun:test'
import { dummyHash } from '#core/argon2'
import { isBcrypt, isVerifiableImport, readScrypt, type VerifyImported } from '#core/imported-hashes'
import { createNativeHasher } from '#platform/argon2-native'
import { verifyImportedHash } from '#platform/verify-imported-hash'
import { createWasmHasher } from './wasm-hasher'

const native = await createNativeHasher()

/** The two that verify: Bun's own bcrypt, and the one in JavaScript for Workers. */
const verifiers: Record<string, VerifyImported> = { Bun: native.verify, Workers: verifyImportedHash }

const password = 'correct horse battery staple'
const bcryptSalt = 'GsOSpM0FuMLjJ2GR6Ou4pO'
/** 72 bytes. */
const longest = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** From the tests of Openwall's crypt_blowfish, and made by libxcrypt; `tail` begins within the 72nd byte. */
const bcryptVectors: [password: string, hash: string][] = [
  ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  [`${longest}chars after 72 are ignored`, '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'],
  [password, '$2y$04$N9qo8uLOickgx2ZMRZoMyeNK8zsWBMaMSVoubqovVQN3ypdVzHwOW'],
  [password, '$2b$10$N9qo8uLOickgx2ZMRZoMyehtJ/whDdsI.d1w/JqKiOrDw8pCT0JLG'],
  ['пароль-секретный', `$2b$04$${bcryptSalt}n3cZTRXQiOp/hUPajKg/dDLXdoFscT6`],
  [`${'a'.repeat(71)}ätail`, `$2b$04$${bcryptSalt}HNNMAPwaW/7UNs3oHsVyoncVojeRTAa`],
]

const bcryptHashOf = (start: string): string => bcryptVectors.find(([secret]) => secret.startsWith(start))?.[1] ?? ''

/** From RFC 7914 (section 12) and passlib's documentation, and made by Python's hashlib. */
const scryptVectors: [password: string, hash: string][] = [
  [
    'pleaseletmein',
    '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
  ],
  ['password', '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['пароль-секретный', '$scrypt$ln=4,r=8,p=4$c2l4dGVlbiBieXRlcyAuLg$HrEt4UY1YK2//9Zefugtm6OgYSLNSueexIavj7O4+cM'],
]

for (const [runtime, verify] of Object.entries(verifiers)) {
  for (const [secret, hash] of [...bcryptVectors, ...scryptVectors]) {
    test(`on ${runtime} ${hash.slice(0, 24)}… fits ${secret.slice(0, 12)}… only`, async () => {
      expect(await verify(secret, hash)).toBe(true)
      expect(await verify(`!${secret}`, hash)).toBe(false)
      expect(await verify(secret.slice(0, 2), hash)).toBe(false)
    })
  }
}

for (const [runtime, verify] of Object.entries(verifiers)) {
  test(`on ${runtime} bcrypt heeds 72 bytes, the last of them too, and no more`, async () => {
    const hash = bcryptHashOf(longest)
    for (const same of [longest, `${longest}and more`]) expect(await verify(same, hash)).toBe(true)
    for (const other of [longest.slice(0, 71), `${longest.slice(0, 71)}!`])
      expect(await verify(other, hash)).toBe(false)
    const within = `${'a'.repeat(71)}ätail`
    // é begins with the same byte as ä.
    for (const same of [within, `${'a'.repeat(71)}é`]) expect(await verify(same, bcryptHashOf(within))).toBe(true)
  })
}

/** The hashes of `key`. */
const keyBcrypt = `$2b$04$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`
const keyScrypt = '$scrypt$ln=4,r=8,p=1$c2l4dGVlbiBieXRlcyAuLg$07csr/U91yFSodMnhwN9yZ6HNnfhj0Vija4/gxZuytU'

for (const [runtime, verify] of Object.entries(verifiers)) {
  test(`on ${runtime} no password with a NUL fits, also where the algorithm sees no difference`, async () => {
    for (const hash of [keyBcrypt, keyScrypt]) {
      expect(await verify('key', hash)).toBe(true)
      for (const other of ['key\0', 'key\0key', 'key\0other', '\0', '']) expect(await verify(other, hash)).toBe(false)
    }
  })
}

/** The hashes of the empty password. */
const empty = [
  `$2b$04$${bcryptSalt}fYn4UJnvUuAA/WYBbidTAMnGQaYQ6gu`,
  '$scrypt$ln=4,r=8,p=1$c2l4dGVlbiBieXRlcyAuLg$Njwzzn2vtn8LjDJGNaJA1hkF+pZC3txyssdKRLhZT6E',
]

for (const [runtime, verify] of Object.entries(verifiers)) {
  test(`on ${runtime} nobody gets in without a password, whatever was imported`, async () => {
    for (const hash of empty) expect(await verify('', hash)).toBe(false)
  })
}

const scrypt = (cost: string, salt = 'c2l4dGVlbiBieXRlcyAuLg', digest = 'A'.repeat(43)) =>
  `$scrypt$${cost}$${salt}$${digest}`

const beyond = [
  `$2b$14$${bcryptSalt}foo7PPjXv1V6SlAYydCiJQkCIqROWky`,
  `$2b$31$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `$2b$03$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `$2b$4$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `$2x$04$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `$2$04$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `$2b$04$${bcryptSalt}cT9vwnwRM9mXVaW01xf84P0TtUKy5/f`,
  `$2b$04$GsOSpM0FuMLjJ2GR6Ou4pPcT9vwnwRM9mXVaW01xf84P0TtUKy5/e`,
  `${keyBcrypt}\n`,
  `${keyBcrypt}e`,
  scrypt('ln=17,r=8,p=1'),
  scrypt('ln=16,r=9,p=1'),
  scrypt('ln=4,r=33,p=1'),
  scrypt('ln=14,r=8,p=5'),
  scrypt('ln=99,r=1,p=1'),
  scrypt('ln=0,r=8,p=1'),
  scrypt('ln=04,r=8,p=1'),
  scrypt('ln=4,r=0,p=1'),
  scrypt('ln=4,r=8,p=0'),
  scrypt('r=8,ln=4,p=1'),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(10)),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(87)),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(13)),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(22), 'A'.repeat(20)),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(22), 'A'.repeat(87)),
  scrypt('ln=4,r=8,p=1', 'A'.repeat(22), 'B'.repeat(43)),
]
for (const hash of beyond) {
  test(`${JSON.stringify(hash)} is not computed`, async () => {
    expect(isVerifiableImport('key', hash)).toBe(false)
    expect(await verifyImportedHash('key', hash)).toBe(false)
  })
}

test('what is just within bounds is computed', async () => {
  expect(isBcrypt('$2b$13$N9qo8uLOickgx2ZMRZoMyek/0hCGhrVU6L8byfVI51ZUQVGb5wyYy')).toBe(true)
  expect(readScrypt(scrypt('ln=16,r=8,p=4'))).toMatchObject({ blocks: 65_536, blockSize: 8, lanes: 4 })
  expect(readScrypt(scrypt('ln=14,r=32,p=4'))).toMatchObject({ blockSize: 32 })
  const sizes = [
    scrypt('ln=1,r=1,p=1', 'A'.repeat(11), 'A'.repeat(22)),
    scrypt('ln=1,r=1,p=1', 'A'.repeat(86), 'A'.repeat(86)),
  ]
  for (const hash of sizes) expect(await verifyImportedHash('key', hash)).toBe(false)
})

/** Far below what an Argon2id hash takes, far above what refusing at a glance takes. */
const aHashMs = 4
/** Their password is right; only the bounds refuse it. */
const tooDear = [
  '$2b$14$N9qo8uLOickgx2ZMRZoMyefoo7PPjXv1V6SlAYydCiJQkCIqROWky',
  '$scrypt$ln=17,r=8,p=1$c2l4dGVlbiBieXRlcyAuLg$0vF0/BKmoiZj30F1t5CxvVFYvnyCC3X9kQgQaQIDj5g',
  '$scrypt$ln=14,r=8,p=5$c2l4dGVlbiBieXRlcyAuLg$FyIvY95GuCe23+6+1JrjiT9bXU694ZXNi4FHbCVFfgs',
]

test('a hash beyond bounds fits not even its password, at the cost of one hash of today', async () => {
  const wasm = createWasmHasher({ verifyImported: verifyImportedHash })
  for (const { verify } of [native, wasm]) {
    for (const hash of tooDear) {
      const startedAt = performance.now()
      expect(await verify(password, hash)).toBe(false)
      expect({ hash, isCostly: performance.now() - startedAt > aHashMs }).toMatchObject({ isCostly: true })
    }
  }
})

test('on Workers another Worker is asked about imported hashes only, and never about odd ones', async () => {
  const asked: string[] = []
  const { verify } = createWasmHasher({
    verifyImported: async (_, hash) => {
      asked.push(hash)
      return true
    },
  })
  for (const hash of [keyBcrypt, keyScrypt]) expect(await verify('key', hash)).toBe(true)
  for (const hash of [dummyHash, undefined, ...tooDear]) expect(await verify('key', hash)).toBe(false)
  expect(await verify('key\0', keyBcrypt)).toBe(false)
  expect(asked).toEqual([keyBcrypt, keyScrypt])
})

test('where nobody verifies imported hashes, they fit no password', async () => {
  expect(await createWasmHasher().verify('key', keyBcrypt)).toBe(false)
})

test('imported hashes wait at the same gate as our own: past it the answer is overloaded', async () => {
  const settled = await Promise.allSettled(Array.from({ length: 600 }, () => native.verify('key', keyBcrypt)))
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refused.length).toBeGreaterThan(0)
  for (const reason of refused) expect(reason).toMatchObject({ definition: { code: 'overloaded', status: 503 } })
})

test('an imported hash is never current', () => {
  for (const [, hash] of [...bcryptVectors, ...scryptVectors]) expect(native.isCurrent(hash)).toBe(false)
})
