import { crc32 } from '#core/crc32'

/** An API key that is well-formed, and that nobody made. */
export const foreignKey = (): string => {
  const bytes = new Uint8Array(36)
  crypto.getRandomValues(bytes.subarray(0, 32))
  new DataView(bytes.buffer).setUint32(32, crc32(bytes.subarray(0, 32)))
  return `postern_${bytes.toBase64({ alphabet: 'base64url', omitPadding: true })}`
}
