import Argon2 from '@phi-ag/argon2'
import wasm from '@phi-ag/argon2/argon2.wasm'
import { dummyHash, isAffordable, isCurrent, parameters } from '#core/argon2'
import { isVerifiableImport, type VerifyImported } from '#core/imported-hashes'
import type { PasswordHasher } from '#core/platform'

const options = { memoryCost: parameters.memoryKib, timeCost: parameters.passes, parallelism: parameters.lanes }

/**
 * The library reads as many bytes of a password as it has UTF-16 units, which would drop the end of any that is not
 * ASCII. As many NULs behind it as it has bytes more than units make it read exactly the password.
 */
const padded = (password: string): string =>
  password + '\0'.repeat(new TextEncoder().encode(password).length - password.length)

export interface WasmHasherOptions {
  /** Verifies bcrypt and scrypt hashes. Without it they fit no password. */
  verifyImported?: VerifyImported | undefined
}

/**
 * Argon2id in WebAssembly, compiled ahead of time: Workers forbid compiling it at run time. It hashes one at a time
 * without a gate, since it never lets go of the thread: in workerd a request that waits for another one is ended as
 * hung, and one that is cancelled would never open the gate again.
 */
export const createWasmHasher = ({ verifyImported }: WasmHasherOptions = {}): PasswordHasher => {
  let loaded: Argon2 | undefined
  const load = () => {
    loaded ??= new Argon2(new WebAssembly.Instance(wasm))
    return loaded
  }
  return {
    hash: async (password) => load().hash(padded(password), options).encoded,
    verify: async (password, hash) => {
      if (verifyImported && hash !== undefined && isVerifiableImport(password, hash)) {
        return verifyImported(password, hash)
      }
      const known = hash !== undefined && isAffordable(hash)
      const { success } = load().tryVerify(known ? hash : dummyHash, padded(password))
      return known && success
    },
    isCurrent,
  }
}
