import { describe, expect, test } from 'bun:test'
import { trustedDevices } from '#db/schema/sessions'
import type { World } from '../../platform'
import { deviceTokenIn } from '../accounts/lockouts'
import {
  askForEmailChange,
  askForReset,
  changePassword,
  confirmEmail,
  mailedBy,
  resetPassword,
} from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { ada, grace } from '../people'
import { listTrustedDevices, logInOnDevice, logInWithTotp, openTrustedWorld, registerProved } from './second-factors'

const newPassword = 'a wholly new password'

describe('the trust ends', () => {
  test('when its owner says so: of one, or of all', async () => {
    const { world, device, secret, token } = await openTrustedWorld()
    const other = deviceTokenIn(await logInWithTotp(world, secret, { trustDevice: true }))
    const [newest] = (await listTrustedDevices(world, token, '?limit=1')).items
    const events = await eventsOf(world, async () => {
      expect((await world.send(`DELETE /v1/me/trusted-devices/${newest?.id}`, { token })).status).toBe(204)
    })
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'trusted_device.revoked', data: { count: 1 } },
    ])
    expect([await logInOnDevice(world, other), await logInOnDevice(world, device)]).toEqual(['challenge', 'session'])
    for (const _ of [1, 2]) expect((await world.send('DELETE /v1/me/trusted-devices', { token })).status).toBe(204)
    expect(await logInOnDevice(world, device)).toBe('challenge')
    expect((await listTrustedDevices(world, token)).items).toEqual([])
  })

  test('not when somebody else does: theirs looks as if it did not exist', async () => {
    const { world, device, token } = await openTrustedWorld()
    const [{ id } = { id: '' }] = (await listTrustedDevices(world, token)).items
    const eve = (await registerProved(world, grace)).accessToken
    const notFound = { status: 404, body: { code: 'not_found' } }
    expect(await world.send(`DELETE /v1/me/trusted-devices/${id}`, { token: eve })).toMatchObject(notFound)
    await world.send('DELETE /v1/me/trusted-devices', { token: eve })
    expect(await logInOnDevice(world, device)).toBe('session')
  })

  test.each<[string, (world: World, token: string) => Promise<unknown>, Partial<typeof ada>]>([
    [
      'a change of the password',
      (world, token) => changePassword(world, token, ada.password, newPassword),
      { password: newPassword },
    ],
    [
      'a reset of the password',
      async (world) => {
        await askForReset(world)
        return resetPassword(world, mailedBy(world, 'reset-password').token, newPassword)
      },
      { password: newPassword },
    ],
    [
      'a change of the address',
      async (world, token) => {
        await askForEmailChange(world, token, 'countess@example.com')
        return confirmEmail(world, mailedBy(world, 'confirm-email').token)
      },
      { email: 'countess@example.com' },
    ],
  ])('with %s', async (_, change, changed) => {
    const { world, device, token } = await openTrustedWorld()
    await change(world, token)
    expect(await world.db.select().from(trustedDevices)).toEqual([])
    expect(await logInOnDevice(world, device, changed.password, changed.email)).toBe('challenge')
  })

  test('not with the end of all other sessions, or with a log-out', async () => {
    const { world, device, token } = await openTrustedWorld()
    await world.send('DELETE /v1/sessions', { token })
    await world.send('POST /v1/auth/logout', { token })
    expect(await logInOnDevice(world, device)).toBe('session')
  })
})
