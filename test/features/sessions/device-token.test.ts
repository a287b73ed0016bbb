import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../../core/fixed-seed'
import { authenticateBytes } from '#core/macs'
import { fromBase64Url, toBase64Url } from '#core/secrets'
import { deviceTokenSeconds, readDeviceToken, writeDeviceToken } from '#features/sessions/device-token'
import { issueDeviceToken } from '#features/sessions/issue-device-token'
import { openWorld } from '../../platform'

const world = await openWorld()
const ctx = world.contextOf({ kind: 'anonymous' })
const now = world.clock.now().getTime()

const read = (deviceToken: string | null) => readDeviceToken({ ...ctx, request: { ...ctx.request, deviceToken } })

/** Ids that were made in the last year. */
const anyId = fc
  .tuple(fc.integer({ min: now - deviceTokenSeconds * 1000 + 1, max: now }), fc.uuid({ version: 7 }))
  .map(([milliseconds, uuid]) => {
    const hex = milliseconds.toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}${uuid.slice(13)}`
  })
const anyDevice = fc.record({ id: anyId, userId: fc.uuid() })

const device = { id: world.platform.ids.next(), userId: crypto.randomUUID() }
const token = await writeDeviceToken(ctx, device)

test('whatever device goes into a token comes out of it, with the time that its id tells', async () => {
  await fc.assert(
    fc.asyncProperty(anyDevice, async (device) => {
      const token = await writeDeviceToken(ctx, device)
      const issuedAt = new Date(Number.parseInt(device.id.replace('-', '').slice(0, 12), 16))
      expect(token).toMatch(/^pdt_[\w-]{86}$/)
      expect(await read(token)).toEqual({ ...device, issuedAt })
      expect(await writeDeviceToken(ctx, device)).toBe(token)
    }),
  )
})

test('each token that is handed out is of a device of its own, made now', async () => {
  const [one, other] = [await issueDeviceToken(ctx, device.userId), await issueDeviceToken(ctx, device.userId)]
  expect(await read(one)).toMatchObject({ userId: device.userId, issuedAt: world.clock.now() })
  expect((await read(one))?.id).not.toBe((await read(other))?.id)
})

test('a token with any one bit flipped is of no device', async () => {
  const bytes = fromBase64Url(token.slice(4))
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Uint8Array.from(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(await read(`pdt_${toBase64Url(flipped)}`)).toBeUndefined()
  }
})

test('a token that is cut, lengthened or spelled otherwise is of no device', async () => {
  for (let length = 0; length < token.length; length += 1) expect(await read(token.slice(0, length))).toBeUndefined()
  const lastBits = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1)
  for (const other of [`${token}A`, `${token}=`, `${token}==`, ` ${token}`, `${token} `, `${token}\n`, lastBits]) {
    expect(await read(other)).toBeUndefined()
  }
  for (const prefix of ['', 'prt_', 'PDT_', 'pdt-']) expect(await read(prefix + token.slice(4))).toBeUndefined()
  expect(await read(null)).toBeUndefined()
})

test('no text is of a device, and none makes the reading throw', async () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `pdt_${text}`),
    fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => `pdt_${toBase64Url(bytes)}`),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => `pdt_${toBase64Url(bytes)}`),
  )
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      expect(await read(text)).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('the halves of two tokens, and the proof of another purpose, make no token', async () => {
  const bytes = fromBase64Url(token.slice(4))
  const others = fromBase64Url((await issueDeviceToken(ctx, crypto.randomUUID())).slice(4))
  const macOf = (purpose: 'device-token' | 'refresh-token' | 'csrf-token') =>
    authenticateBytes(ctx, purpose, bytes.slice(0, 32))
  const join = (...parts: Uint8Array[]) => `pdt_${toBase64Url(Uint8Array.from(parts.flatMap((part) => [...part])))}`
  expect(await read(join(bytes.slice(0, 32), await macOf('device-token')))).toMatchObject(device)
  for (const forged of [
    join(bytes.slice(0, 32), others.slice(32)),
    join(bytes.slice(0, 16), others.slice(16, 32), bytes.slice(32)),
    join(others.slice(0, 16), bytes.slice(16)),
    join(bytes.slice(0, 32), await macOf('refresh-token')),
    join(bytes.slice(0, 32), await macOf('csrf-token')),
  ]) {
    expect(await read(forged)).toBeUndefined()
  }
})

test('a token of another SECRET is of no device; one of an older version still is', async () => {
  const stranger = world.startAnother({ SECRET: 'the root secret of someone else entirely' })
  expect(await read(await writeDeviceToken(stranger.contextOf({ kind: 'anonymous' }), device))).toBeUndefined()
  const rotated = world
    .startAnother({ SECRET: 'the secret that takes its place from now,the root secret of the test platform' })
    .contextOf({ kind: 'anonymous' })
  const request = { ...rotated.request, deviceToken: token }
  expect(await readDeviceToken({ ...rotated, request })).toMatchObject(device)
})

test('a token is a device’s for a year, and not at its end', async () => {
  const later = await openWorld()
  const ofLater = later.contextOf({ kind: 'anonymous' })
  const deviceToken = await issueDeviceToken(ofLater, device.userId)
  const readLater = () => readDeviceToken({ ...ofLater, request: { ...ofLater.request, deviceToken } })
  later.advance(365 * 86_400 - 1)
  expect(await readLater()).toMatchObject({ userId: device.userId })
  later.advance(1)
  expect(await readLater()).toBeUndefined()
})
