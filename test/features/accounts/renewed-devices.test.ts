import { expect, test } from 'bun:test'
import { ada } from '../people'
import { deviceTokenIn, isLocked, knownDevice, lockOut, openAdasWorld, tryLogIn } from './lockouts'

const newPassword = 'a wholly new password'

const json = { currentPassword: ada.password, newPassword }

test('a device that changes the password stays a known one, by header or by cookie', async () => {
  for (const transport of ['header', 'cookie'] as const) {
    const { world, session } = await openAdasWorld()
    const device = await knownDevice(world)
    world.advance(1)
    const headers = transport === 'header' ? { 'device-token': device } : { cookie: `__Host-device=${device}` }
    const changed = await world.send('POST /v1/auth/password/change', { token: session.accessToken, json, headers })
    expect(changed.status).toBe(204)
    const [cookie = ''] = changed.headers.getSetCookie()
    const renewed =
      transport === 'header' ? deviceTokenIn(changed) : (/^__Host-device=([^;]+);/.exec(cookie)?.[1] ?? '')
    expect(renewed).toStartWith('pdt_')
    await lockOut(world)
    expect((await tryLogIn(world, newPassword, ada.email, renewed)).status).toBe(200)
    expect(await tryLogIn(world, newPassword, ada.email, device)).toMatchObject(isLocked)
  }
})

test('who brings no device token to a change gets none', async () => {
  const { world, session } = await openAdasWorld()
  const changed = await world.send('POST /v1/auth/password/change', { token: session.accessToken, json })
  expect(changed.status).toBe(204)
  expect(changed.headers.get('device-token')).toBeNull()
  expect(changed.headers.getSetCookie()).toEqual([])
})
