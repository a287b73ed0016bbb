/** How a private key signs: RFC 7518, section 3.4; RFC 8037, section 3.1. */
export type SignatureAlgorithm = 'EdDSA' | 'ES256'

/**
 * Hashes and signs at once, where a runtime can. What WebCrypto is asked for, which is the same, Bun hands to another thread, which
 * takes ten times as long.
 */
export interface Hashing {
  /** CRC-32 of a text, as `crc32` has it. */
  crc32(text: string): number
  /** SHA-256 of a text, in hex. */
  sha256(text: string): string
  /** Makes what signs with a private key: a signature as JWS has it. */
  signer(algorithm: SignatureAlgorithm, privateJwk: JsonWebKey): (bytes: Uint8Array) => Uint8Array
  /** HMAC-SHA-256: 32 bytes. */
  hmac(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
}
