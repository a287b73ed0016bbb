import { availableParallelism } from 'node:os'
import { dummyHash, isAffordable, isCurrent, parameters } from '#core/argon2'
import { isVerifiableImport } from '#core/imported-hashes'
import type { PasswordHasher } from '#core/platform'
import { createHashGate } from './hash-gate'
import { createImportedVerifier } from './imported-hash-verifier'

type Argon2 = Pick<typeof import('@node-rs/argon2'), 'hash' | 'verify'>

const argon2id = 2

/** Bun's own Argon2id, where the native package has no binary for this machine: slower, the same hashes. */
const bunPassword: Argon2 = {
  hash: (password) =>
    Bun.password.hash(String(password), {
      algorithm: 'argon2id',
      memoryCost: parameters.memoryKib,
      timeCost: parameters.passes,
    }),
  verify: (hash, password) => Bun.password.verify(String(password), String(hash), 'argon2id'),
}

const loadArgon2 = async (): Promise<Argon2> => {
  try {
    return await import('@node-rs/argon2')
  } catch {
    return bunPassword
  }
}

const bcryptBytes = 72

/** Cut by hand: a longer password Bun would replace by its SHA-512, which no other system does. */
const verifyImported = createImportedVerifier((password, hash) =>
  Bun.password.verify(new TextEncoder().encode(password).subarray(0, bcryptBytes), hash, 'bcrypt'),
)

/** Argon2id, and what other systems made, on threads of their own, as many at a time as there are cores. */
export const createNativeHasher = async () => {
  const argon2 = await loadArgon2()
  const gate = createHashGate({ concurrent: availableParallelism(), waiting: 256 })
  const options = {
    algorithm: argon2id,
    memoryCost: parameters.memoryKib,
    timeCost: parameters.passes,
    parallelism: parameters.lanes,
  }
  const hasher: PasswordHasher = {
    hash: (password) => gate(() => argon2.hash(password, options)),
    verify: async (password, hash) => {
      if (hash !== undefined && isVerifiableImport(password, hash)) return gate(() => verifyImported(password, hash))
      const known = hash !== undefined && isAffordable(hash)
      const matches = await gate(() => argon2.verify(known ? hash : dummyHash, password))
      return known && matches
    },
    isCurrent,
  }
  return { ...hasher, load: gate.load }
}
