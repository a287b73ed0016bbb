import type { Context } from '#core/context'
import { crc32 } from '#core/crc32'
import { areBytesAuthentic, authenticateBytes, type MacContext } from '#core/macs'
import { readTokenBytes, spellToken, toUuid, uuidDigits } from '#core/token-bytes'

/** What a refresh token says: which session, and the how-many-eth token of it this is. */
export interface RefreshTokenClaims {
  sessionId: string
  counter: number
}

/** 16 bytes session id, 4 bytes counter, 32 bytes HMAC, 4 bytes CRC-32 of all before. */
const format = { prefix: 'prt_', length: 56 }
const claimsBytes = 20
const checkedBytes = 52

const encodeClaims = ({ sessionId, counter }: RefreshTokenClaims): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(claimsBytes)
  bytes.set(Uint8Array.fromHex(uuidDigits(sessionId)))
  new DataView(bytes.buffer).setUint32(16, counter)
  return bytes
}

/** Makes the one refresh token that has these claims: the same each time, so parallel refreshes agree on it. */
export const makeRefreshToken = async (ctx: MacContext, claims: RefreshTokenClaims): Promise<string> => {
  const bytes = new Uint8Array(format.length)
  bytes.set(encodeClaims(claims))
  bytes.set(await authenticateBytes(ctx, 'refresh-token', encodeClaims(claims)), claimsBytes)
  new DataView(bytes.buffer).setUint32(checkedBytes, crc32(bytes.subarray(0, checkedBytes)))
  return spellToken(format, bytes)
}

/** Reads a token that we made; undefined for anything else, before any query. */
export const readRefreshToken = async (ctx: Context, token: string): Promise<RefreshTokenClaims | undefined> => {
  const bytes = readTokenBytes(format, token)
  if (!bytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(checkedBytes) !== crc32(bytes.subarray(0, checkedBytes))) return undefined
  const claims = bytes.slice(0, claimsBytes)
  if (!(await areBytesAuthentic(ctx, 'refresh-token', claims, bytes.slice(claimsBytes, checkedBytes)))) return undefined
  return { sessionId: toUuid(claims.subarray(0, 16).toHex()), counter: view.getUint32(16) }
}
