/** What eight steps make of each byte: an answer of some hundred bytes is summed for its `ETag`, and by the bit that takes 15 times as long. */
const ofByte = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
  return remainder
})

/** CRC-32 (ISO 3309), as in zip and PNG: tells a mistyped or cut token from a whole one. It is no secret. */
export const crc32 = (bytes: Uint8Array): number => {
  let remainder = 0xffffffff
  for (let at = 0; at < bytes.length; at += 1) {
    remainder = (remainder >>> 8) ^ (ofByte[(remainder ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  }
  return (remainder ^ 0xffffffff) >>> 0
}
