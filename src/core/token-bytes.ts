import type { KeyPurpose } from './derived-keys'
import { areBytesAuthentic, authenticateBytes, type MacContext } from './macs'
import { fromBase64Url, toBase64Url } from './secrets'

/** A token that carries bytes: a prefix that says what it is, so that leaked ones are found, and base64url. */
export interface TokenFormat {
  prefix: string
  /** bytes */
  length: number
}

/** Spells the bytes of a token, in the one way there is. */
export const spellToken = ({ prefix }: TokenFormat, bytes: Uint8Array): string => prefix + toBase64Url(bytes)

/** The bytes of a token; undefined for another prefix, length or spelling. */
export const readTokenBytes = (format: TokenFormat, token: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!token.startsWith(format.prefix)) return undefined
  try {
    const bytes = fromBase64Url(token.slice(format.prefix.length))
    // Base64 can spell the same bytes in several ways; only ours is a token.
    return bytes.length === format.length && spellToken(format, bytes) === token ? bytes : undefined
  } catch {
    return undefined
  }
}

/** A UUID from its 32 hex digits. */
export const toUuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** The 32 hex digits of a UUID. */
export const uuidDigits = (uuid: string): string => uuid.replaceAll('-', '')

/** A token of claims and the HMAC over them: no row is needed to tell that it is ours. */
export interface SignedFormat {
  prefix: string
  purpose: KeyPurpose
  /** bytes, without the HMAC */
  claimsLength: number
}

const hmacBytes = 32

const formatOf = ({ prefix, claimsLength }: SignedFormat): TokenFormat => ({ prefix, length: claimsLength + hmacBytes })

/** Makes the one token that has these claims. */
export const signToken = async (
  ctx: MacContext,
  format: SignedFormat,
  claims: Uint8Array<ArrayBuffer>,
): Promise<string> => {
  const bytes = new Uint8Array(claims.length + hmacBytes)
  bytes.set(claims)
  bytes.set(await authenticateBytes(ctx, format.purpose, claims), claims.length)
  return spellToken(formatOf(format), bytes)
}

/** The claims of a token that we made; undefined for anything else, before any query. */
export const readSignedToken = async (
  ctx: MacContext,
  format: SignedFormat,
  token: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const bytes = readTokenBytes(formatOf(format), token)
  if (!bytes) return undefined
  const claims = bytes.slice(0, format.claimsLength)
  const isOurs = await areBytesAuthentic(ctx, format.purpose, claims, bytes.slice(format.claimsLength))
  return isOurs ? claims : undefined
}
