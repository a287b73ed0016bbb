import type { Context } from '#core/context'
import { crc32 } from '#core/crc32'
import { areBytesAuthentic, authenticateBytes, fromBase64Url, toBase64Url } from '#core/secrets'

/** What a refresh token says: which session, and the how-many-eth token of it this is. */
export interface RefreshTokenClaims {
  sessionId: string
  counter: number
}

const prefix = 'prt_'
/** 16 bytes session id, 4 bytes counter, 32 bytes HMAC, 4 bytes CRC-32 of all before. */
const claimsBytes = 20
const checkedBytes = 52
const tokenBytes = 56

const uuidOf = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const encodeClaims = ({ sessionId, counter }: RefreshTokenClaims): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(claimsBytes)
  bytes.set(Uint8Array.fromHex(sessionId.replaceAll('-', '')))
  new DataView(bytes.buffer).setUint32(16, counter)
  return bytes
}

/** Makes the one refresh token that has these claims: the same each time, so parallel refreshes agree on it. */
export const makeRefreshToken = async (ctx: Context, claims: RefreshTokenClaims): Promise<string> => {
  const bytes = new Uint8Array(tokenBytes)
  bytes.set(encodeClaims(claims))
  bytes.set(await authenticateBytes(ctx, 'refresh-token', encodeClaims(claims)), claimsBytes)
  new DataView(bytes.buffer).setUint32(checkedBytes, crc32(bytes.subarray(0, checkedBytes)))
  return prefix + toBase64Url(bytes)
}

const decode = (token: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!token.startsWith(prefix)) return undefined
  try {
    const bytes = fromBase64Url(token.slice(prefix.length))
    // Base64 can spell the same bytes in several ways; only ours is a token.
    return bytes.length === tokenBytes && prefix + toBase64Url(bytes) === token ? bytes : undefined
  } catch {
    return undefined
  }
}

/** Reads a token that we made; undefined for anything else, before any query. */
export const readRefreshToken = async (ctx: Context, token: string): Promise<RefreshTokenClaims | undefined> => {
  const bytes = decode(token)
  if (!bytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(checkedBytes) !== crc32(bytes.subarray(0, checkedBytes))) return undefined
  const claims = bytes.slice(0, claimsBytes)
  if (!(await areBytesAuthentic(ctx, 'refresh-token', claims, bytes.slice(claimsBytes, checkedBytes)))) return undefined
  return { sessionId: uuidOf(claims.subarray(0, 16).toHex()), counter: view.getUint32(16) }
}
