import { scrypt, timingSafeEqual } from 'node:crypto'
import { isBcrypt, isVerifiableImport, readScrypt, type ScryptHash, type VerifyImported } from '#core/imported-hashes'

/** Twice what our bounds allow: the implementation counts a little more than `N · r · 128`. */
const memoryLimit = 128 * 1024 * 1024

const verifyScrypt = (password: string, { blocks, blockSize, lanes, salt, digest }: ScryptHash): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const cost = { N: blocks, r: blockSize, p: lanes, maxmem: memoryLimit }
    scrypt(password, salt, digest.length, cost, (error, key) => {
      if (error) reject(error)
      else resolve(timingSafeEqual(key, digest))
    })
  })

/** Verifies bcrypt by the given function, which may heed 72 bytes of a password, and scrypt by `node:crypto`. */
export const createImportedVerifier =
  (verifyBcrypt: VerifyImported): VerifyImported =>
  async (password, hash) => {
    if (!isVerifiableImport(password, hash)) return false
    if (isBcrypt(hash)) return verifyBcrypt(password, hash)
    const parts = readScrypt(hash)
    return parts !== undefined && verifyScrypt(password, parts)
  }
