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
