import Argon2 from '@phi-ag/argon2'
import wasm from '@phi-ag/argon2/argon2.wasm'
import type { PasswordHasher } from '#core/platform'
import { dummyHash, isAffordable, parameters } from './argon2'
import { createHashGate } from './hash-gate'

const options = { memoryCost: parameters.memoryKib, timeCost: parameters.passes, parallelism: parameters.lanes }

/**
 * The library reads as many bytes of a password as it has UTF-16 units, which would drop the end of any that is not
 * ASCII. As many NULs behind it as it has bytes more than units make it read exactly the password.
 */
const padded = (password: string): string =>
  password + '\0'.repeat(new TextEncoder().encode(password).length - password.length)

/** Argon2id in WebAssembly, compiled ahead of time: Workers forbid compiling it at run time. It hashes one at a time. */
export const createWasmHasher = (): PasswordHasher => {
  const gate = createHashGate({ concurrent: 1, waiting: 32 })
  let loaded: Argon2 | undefined
  const load = async () => {
    loaded ??= new Argon2(await WebAssembly.instantiate(wasm))
    return loaded
  }
  return {
    hash: (password) => gate(async () => (await load()).hash(padded(password), options).encoded),
    verify: async (password, hash) => {
      const known = hash !== undefined && isAffordable(hash)
      const { success } = await gate(async () => (await load()).tryVerify(known ? hash : dummyHash, padded(password)))
      return known && success
    },
  }
}
