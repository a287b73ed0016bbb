import type { Context, CoreContext } from '#core/context'
import { crc32 } from '#core/crc32'
import { hashQuickly } from '#core/secrets'
import { readTokenBytes, spellToken } from '#core/token-bytes'

const secretBytes = 32
/** The secret and its CRC-32: 48 characters of base64url. */
const format = { prefix: 'postern_', length: secretBytes + 4 }

/** Whether a text claims to be an API key. */
export const isApiKey = (text: string): boolean => text.startsWith(format.prefix)

/** A new API key: 256 random bits. */
export const newApiKey = (ctx: Context): string => {
  const bytes = new Uint8Array(format.length)
  bytes.set(ctx.random.bytes(secretBytes))
  new DataView(bytes.buffer).setUint32(secretBytes, crc32(bytes.subarray(0, secretBytes)))
  return spellToken(format, bytes)
}

/** By what its owner knows a key again: 48 of its bits. */
export const prefixOf = (key: string): string => key.slice(0, 16)

/** What is stored of a key; undefined for what can be none, such as a mistyped one, before any query. */
export const readKeyHash = async (ctx: Pick<CoreContext, 'hashing'>, text: string): Promise<string | undefined> => {
  const bytes = readTokenBytes(format, text)
  if (!bytes) return undefined
  const isWhole = new DataView(bytes.buffer).getUint32(secretBytes) === crc32(bytes.subarray(0, secretBytes))
  return isWhole ? hashQuickly(ctx, text) : undefined
}
