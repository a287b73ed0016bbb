import { decodeBase64 } from './phc'

/** Says whether a password has a hash that another system made. */
export type VerifyImported = (password: string, hash: string) => Promise<boolean>

/** What we are willing to compute. Below scrypt's block size of 32, its memory is all in `N · r · 128` bytes. */
const bounds = { bcryptCost: 13, scryptBytes: 64 * 1024 * 1024, scryptBlockSize: 32, scryptLanes: 4 } as const

/** A salt and a digest whose last characters have no bits too many: some libraries refuse such, some ignore them. */
const bcrypt = /^\$2[aby]\$(0[4-9]|1\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

/** Whether a hash is bcrypt as all systems compute it (`2x` is the mistake of one of them), and within bounds. */
export const isBcrypt = (hash: string): boolean => {
  const [, cost] = bcrypt.exec(hash) ?? []
  return cost !== undefined && Number(cost) <= bounds.bcryptCost
}

export interface ScryptHash {
  /** N: how many blocks are in memory; a power of two. */
  blocks: number
  /** r. */
  blockSize: number
  /** p. */
  lanes: number
  salt: Uint8Array<ArrayBuffer>
  digest: Uint8Array<ArrayBuffer>
}

/** Salts of 8 to 64 bytes, digests of 16 to 64. */
const scrypt = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** The parts of an scrypt hash in PHC form. Undefined for what is none, or beyond bounds. */
export const readScrypt = (hash: string): ScryptHash | undefined => {
  const [, logarithm, r, p, encodedSalt = '', encodedDigest = ''] = scrypt.exec(hash) ?? []
  const [blocks, blockSize, lanes] = [2 ** Number(logarithm), Number(r), Number(p)]
  const isAffordable =
    blocks * blockSize * 128 <= bounds.scryptBytes && blockSize <= bounds.scryptBlockSize && lanes <= bounds.scryptLanes
  const [salt, digest] = [decodeBase64(encodedSalt), decodeBase64(encodedDigest)]
  return isAffordable && salt && digest ? { blocks, blockSize, lanes, salt, digest } : undefined
}

/**
 * Whether a hash of another system is worth computing for a password. Never for one that is empty or holds a NUL: to
 * bcrypt `key` and `key\0key` are one, to scrypt `key` and `key\0`, and C programs read up to the first.
 */
export const isVerifiableImport = (password: string, hash: string): boolean =>
  password !== '' && !password.includes('\0') && (isBcrypt(hash) || readScrypt(hash) !== undefined)
