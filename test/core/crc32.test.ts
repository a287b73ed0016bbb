import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { crc32 } from '#core/crc32'
import './fixed-seed'

const bytesOf = (text: string) => new TextEncoder().encode(text)

test('the checksum is the one that everybody calls CRC-32', () => {
  expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926)
  expect(crc32(bytesOf(''))).toBe(0)
  expect(crc32(bytesOf('The quick brown fox jumps over the lazy dog'))).toBe(0x414fa339)
})

test('for any bytes it is an unsigned 32-bit number, the same as of another implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(crc32(bytes)).toBe(Bun.hash.crc32(bytes))
    }),
  )
})

test('it tells any single flipped bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(), (bytes, position) => {
      const flipped = Uint8Array.from(bytes)
      const index = (position >> 3) % bytes.length
      flipped[index] = (flipped[index] ?? 0) ^ (1 << (position & 7))
      expect(crc32(flipped)).not.toBe(crc32(bytes))
    }),
  )
})
