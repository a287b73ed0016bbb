/**
 * Hashes at once, where a runtime can. What WebCrypto is asked for, which is the same, Bun hands to another thread, which
 * takes ten times as long.
 */
export interface Hashing {
  /** SHA-256 of a text, in hex. */
  sha256(text: string): string
  /** HMAC-SHA-256: 32 bytes. */
  hmac(key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
}
