import { beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Context } from '#core/context'
import { areBytesAuthentic, authenticateBytes } from '#core/macs'
import { fromBase64Url, hashToken, newToken, openSealed, seal, toBase64Url } from '#core/secrets'
import { openWorld } from '../platform'
import './fixed-seed'

let ctx: Context
/** Of another root secret. */
let other: Context
/** Of the same root secret, with no key derived yet. */
let inAnotherProcess: () => Context

beforeAll(async () => {
  const world = await openWorld()
  ctx = world.contextOf({ kind: 'anonymous' })
  inAnotherProcess = () => world.startAnother().contextOf({ kind: 'anonymous' })
  other = world.startAnother({ SECRET: 'the root secret of someone else entirely' }).contextOf({ kind: 'anonymous' })
})

const anyText = fc.string({ unit: 'grapheme', maxLength: 80 })
const purpose = 'signing-key-seal'

test('what is sealed opens for what it was bound to, and never looks the same twice', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyText, async (bound, text) => {
      const sealed = await seal(ctx, purpose, bound, text)
      expect(await openSealed(ctx, purpose, bound, sealed)).toBe(text)
      expect(await seal(ctx, purpose, bound, text)).not.toBe(sealed)
    }),
    { numRuns: 50 },
  )
})

test('a sealed text does not open for another owner, another purpose or another root secret', async () => {
  const sealed = await seal(ctx, purpose, 'key-1', 'private')
  await expect(openSealed(ctx, purpose, 'key-2', sealed)).rejects.toThrow()
  await expect(openSealed(inAnotherProcess(), 'refresh-token', 'key-1', sealed)).rejects.toThrow()
  await expect(openSealed(other, purpose, 'key-1', sealed)).rejects.toThrow('SECRET')
})

test('a sealed text that anyone touched does not open', async () => {
  const sealed = await seal(ctx, purpose, 'key-1', 'private')
  const [version, keyId, iv = '', ciphertext = ''] = sealed.split('.')
  const flips = (part: string) => {
    const bytes = fromBase64Url(part)
    return [...bytes.keys()].map((index) => toBase64Url(bytes.with(index, (bytes[index] ?? 0) ^ 1)))
  }
  const touched = [
    ...flips(iv).map((flipped) => [version, keyId, flipped, ciphertext].join('.')),
    ...flips(ciphertext).map((flipped) => [version, keyId, iv, flipped].join('.')),
    [version, keyId, iv, ciphertext.slice(0, -2)].join('.'),
    [version, '00000000', iv, ciphertext].join('.'),
    [version, keyId, iv].join('.'),
    [version, keyId].join('.'),
    '',
    'v1',
  ]
  for (const text of touched) await expect(openSealed(ctx, purpose, 'key-1', text)).rejects.toThrow()
})

test('the name of a version of SECRET tells nothing of it that seals would not', async () => {
  const sealed = await seal(ctx, purpose, 'key-1', 'private')
  expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{31}$/)
  for (const secret of ctx.config.SECRET) expect(sealed).not.toContain(secret)
})

test('bytes are authentic under the purpose and the secret that authenticated them, unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (any) => {
      const bytes = Uint8Array.from(any)
      const mac = await authenticateBytes(ctx, 'refresh-token', bytes)
      expect(mac).toHaveLength(32)
      expect(await areBytesAuthentic(ctx, 'refresh-token', bytes, mac)).toBe(true)
      expect(await areBytesAuthentic(other, 'refresh-token', bytes, mac)).toBe(false)
      expect(await areBytesAuthentic(ctx, 'refresh-token', Uint8Array.of(...bytes, 0), mac)).toBe(false)
      expect(await areBytesAuthentic(ctx, 'refresh-token', bytes, mac.slice(0, 31))).toBe(false)
    }),
    { numRuns: 50 },
  )
})

test('bytes that are authentic for one purpose are not for another', async () => {
  const bytes = new Uint8Array(20)
  const mac = await authenticateBytes(ctx, 'refresh-token', bytes)
  expect(await areBytesAuthentic(inAnotherProcess(), purpose, bytes, mac)).toBe(false)
})

test('a token is 32 bytes of the platform’s randomness, and its hash is SHA-256', async () => {
  const token = newToken(ctx)
  expect(fromBase64Url(token)).toHaveLength(32)
  expect(newToken(ctx)).not.toBe(token)
  expect(await hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('base64url goes there and back without padding, and anything else is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (any) => {
      const bytes = Uint8Array.from(any)
      expect(toBase64Url(bytes)).toMatch(/^[\w-]*$/)
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
    }),
  )
  for (const text of ['+A', 'a/b=', 'A', 'ä', 'AA=A']) expect(() => fromBase64Url(text)).toThrow(SyntaxError)
})
