import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../../core/fixed-seed'
import { crc32 } from '#core/crc32'
import { fromBase64Url, toBase64Url } from '#core/secrets'
import { makeRefreshToken, type RefreshTokenClaims, readRefreshToken } from '#features/sessions/refresh-token'
import { openWorld } from '../../platform'

const ctx = (await openWorld()).contextOf({ kind: 'anonymous' })

const anyClaims: fc.Arbitrary<RefreshTokenClaims> = fc.record({
  sessionId: fc.uuid(),
  counter: fc.integer({ min: 0, max: 0xffff_ffff }),
})

test('whatever goes into a refresh token comes out of it, and the same claims make the same token', async () => {
  await fc.assert(
    fc.asyncProperty(anyClaims, async (claims) => {
      const token = await makeRefreshToken(ctx, claims)
      expect(await readRefreshToken(ctx, token)).toEqual(claims)
      expect(await makeRefreshToken(ctx, claims)).toBe(token)
    }),
  )
})

test('a refresh token looks the same from outside whatever it holds, and secret scanners can find it', async () => {
  await fc.assert(
    fc.asyncProperty(anyClaims, async (claims) => {
      expect(await makeRefreshToken(ctx, claims)).toMatch(/^prt_[\w-]{75}$/)
    }),
  )
})

const flipBit = (bytes: Uint8Array<ArrayBuffer>, position: number) => {
  const flipped = Uint8Array.from(bytes)
  flipped[position >> 3] = (flipped[position >> 3] ?? 0) ^ (1 << (position & 7))
  return flipped
}

test('a refresh token with any one bit flipped is none', async () => {
  const token = await makeRefreshToken(ctx, { sessionId: crypto.randomUUID(), counter: 5 })
  const bytes = fromBase64Url(token.slice(4))
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    expect(await readRefreshToken(ctx, `prt_${toBase64Url(flipBit(bytes, bit))}`)).toBeUndefined()
  }
})

test('the checksum is no protection that anything rests on: a flipped bit under a right one is refused too', async () => {
  const token = await makeRefreshToken(ctx, { sessionId: crypto.randomUUID(), counter: 5 })
  const bytes = fromBase64Url(token.slice(4))
  for (let bit = 0; bit < 52 * 8; bit += 1) {
    const forged = flipBit(bytes, bit)
    new DataView(forged.buffer).setUint32(52, crc32(forged.subarray(0, 52)))
    expect(await readRefreshToken(ctx, `prt_${toBase64Url(forged)}`)).toBeUndefined()
  }
})

test('a refresh token that is cut, lengthened or spelled otherwise is none', async () => {
  const token = await makeRefreshToken(ctx, { sessionId: crypto.randomUUID(), counter: 5 })
  for (let length = 0; length < token.length; length += 1) {
    expect(await readRefreshToken(ctx, token.slice(0, length))).toBeUndefined()
  }
  const lastBits = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1)
  for (const other of [
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    token.toUpperCase(),
    lastBits,
  ]) {
    expect(await readRefreshToken(ctx, other)).toBeUndefined()
  }
})

test('no text makes the reading of a refresh token throw', async () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `prt_${text}`),
    fc.uint8Array({ minLength: 56, maxLength: 56 }).map((bytes) => `prt_${toBase64Url(bytes)}`),
  )
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      expect(await readRefreshToken(ctx, text)).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('a refresh token of another root secret is none', async () => {
  const other = (await openWorld({ SECRET: 'the root secret of someone else entirely' })).contextOf({
    kind: 'anonymous',
  })
  const token = await makeRefreshToken(other, { sessionId: crypto.randomUUID(), counter: 0 })
  expect(await readRefreshToken(ctx, token)).toBeUndefined()
})
