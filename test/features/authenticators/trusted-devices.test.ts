import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { trustedDevices as trustedDevicesTable } from '#db/schema/sessions'
import { address } from '../../platform'
import { userAgent } from '../../platform/calls'
import { deviceTokenIn, tryLogIn } from '../accounts/lockouts'
import { askForLogIn, mailedBy, tokensOf } from '../accounts/mailed'
import { ada, grace, refresh } from '../people'
import {
  addTotp,
  challenge,
  codeOf,
  listTrustedDevices,
  logInOnDevice,
  logInWithTotp,
  nextStep,
  openTotpWorld,
  openTrustedWorld,
  outcomeOf,
  registerProved,
  verifyTotp,
} from './second-factors'

const trustSeconds = 2_592_000

describe('a device that is trusted', () => {
  test('is let in without the second factor, at the level that was shown, and stays the device that it is', async () => {
    const { world, device } = await openTrustedWorld()
    const answer = await tryLogIn(world, ada.password, ada.email, device)
    expect(decodeJwt(tokensOf(answer).accessToken)).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
    expect(answer.headers.get('device-token')).toBeNull()
    for (const _ of [1, 2, 3]) expect(await logInOnDevice(world, device)).toBe('session')
  })

  test('is let in by a mailed link too', async () => {
    const { world, device } = await openTrustedWorld()
    await askForLogIn(world)
    const json = { token: mailedBy(world, 'log-in').token }
    const headers = { 'device-token': device }
    expect(outcomeOf(await world.send('POST /v1/auth/email-link/consume', { json, headers }))).toBe('session')
  })

  test('is listed to its owner, with where and when it was trusted and used', async () => {
    const { world, device, token } = await openTrustedWorld()
    const since = new Date(world.clock.now().getTime() - 30_000)
    const expected = {
      id: expect.any(String),
      createdAt: since.toISOString(),
      lastUsedAt: since.toISOString(),
      expiresAt: new Date(since.getTime() + trustSeconds * 1000).toISOString(),
      ipAddress: address,
      userAgent,
    }
    expect(await listTrustedDevices(world, token)).toEqual({ items: [expected], nextCursor: null })
    world.advance(60)
    await logInOnDevice(world, device)
    const lastUsedAt = world.clock.now().toISOString()
    expect((await listTrustedDevices(world, token)).items).toEqual([{ ...expected, lastUsedAt }])
    const eve = await registerProved(world, grace)
    expect((await listTrustedDevices(world, eve.accessToken)).items).toEqual([])
  })

  test('is asked again after thirty days, and its sessions end with the trust', async () => {
    const { world, device } = await openTrustedWorld({ SESSION_SECONDS: '7776000', REFRESH_TOKEN_SECONDS: '7776000' })
    world.advance(trustSeconds - 30 - 100)
    const tokens = tokensOf(await tryLogIn(world, ada.password, ada.email, device))
    expect(tokens.refreshExpiresIn).toBe(100)
    world.advance(99)
    expect(await logInOnDevice(world, device)).toBe('session')
    const { refreshToken } = await refresh(world, tokens)
    world.advance(1)
    expect(await logInOnDevice(world, device)).toBe('challenge')
    expect((await world.send('POST /v1/auth/refresh', { json: { refreshToken } })).status).toBe(401)
  })

  test('that shows the second factor all the same has a session as any other', async () => {
    const { world, device, secret } = await openTrustedWorld()
    const tokens = tokensOf(await tryLogIn(world, ada.password, ada.email, device))
    const json = { method: 'totp', code: codeOf(world, secret) }
    const raised = tokensOf(await world.send('POST /v1/auth/step-up', { token: tokens.accessToken, json }))
    expect(decodeJwt(raised.accessToken)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  })
})

describe('no device is trusted', () => {
  test('that was not asked for, or that only knows a token from before', async () => {
    const { world, secret } = await openTotpWorld()
    const devices = [deviceTokenIn(await logInWithTotp(world, secret))]
    nextStep(world)
    devices.push(deviceTokenIn(await logInWithTotp(world, secret, { trustDevice: false })))
    for (const device of devices) expect(await logInOnDevice(world, device)).toBe('challenge')
    expect(await world.db.select().from(trustedDevicesTable)).toEqual([])
  })

  test('by a token that is somebody else’s, changed or made up', async () => {
    const { world, device } = await openTrustedWorld()
    await addTotp(world, await registerProved(world, grace))
    expect(await logInOnDevice(world, device, grace.password, grace.email)).toBe('challenge')
    for (const other of [device.slice(0, -1), `${device.slice(0, -2)}AA`, device.slice(4), '']) {
      expect(await logInOnDevice(world, other)).toBe('challenge')
    }
    expect(await logInOnDevice(world, device)).toBe('session')
  })

  test('where the setting is 0, not even one that was trusted before', async () => {
    const { world, secret, device } = await openTrustedWorld()
    const strict = world.startAnother({ TRUSTED_DEVICE_SECONDS: '0' })
    const answer = await logInWithTotp(strict, secret, { trustDevice: true })
    expect(answer.status).toBe(200)
    expect(await logInOnDevice(strict, deviceTokenIn(answer))).toBe('challenge')
    expect(await logInOnDevice(strict, device)).toBe('challenge')
  })

  test('by a log-in that failed', async () => {
    const { world, secret } = await openTotpWorld()
    const { token } = await challenge(world)
    expect((await verifyTotp(world, token, codeOf(world, secret, 9), { trustDevice: true })).status).toBe(400)
    expect(await world.db.select().from(trustedDevicesTable)).toEqual([])
  })
})
