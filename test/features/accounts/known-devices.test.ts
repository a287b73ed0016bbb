import { describe, expect, test } from 'bun:test'
import { writeDeviceToken } from '#features/sessions/device-token'
import { openWorld, type World } from '../../platform'
import { listEvents } from '../audit/events'
import { ada, grace, registerAndLogIn } from '../people'
import {
  deviceTokenIn,
  fail,
  failuresIn,
  isLocked,
  knownDevice,
  lockOut,
  lockoutMails,
  openAdasWorld,
  refused,
  tryLogIn,
  wrongGuess,
} from './lockouts'
import { askForLogIn, askForReset, ban, mailedBy, resetPassword, wrongCode } from './mailed'

const newPassword = 'a wholly new password'

/** Adas account, and a device that she logged in with. */
const openKnownWorld = async (settings = {}) => {
  const { world, session } = await openAdasWorld(settings)
  return { world, session, device: await knownDevice(world) }
}

test('a device that logged in before logs in during a lock; strangers still don’t', async () => {
  const { world, device } = await openKnownWorld()
  await lockOut(world)
  expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
})

test('every way to log in makes a device known: a registration, a password, a link, a code, and a cookie', async () => {
  const world = await openWorld()
  const devices = [deviceTokenIn(await world.send('POST /v1/auth/register', { json: ada })), await knownDevice(world)]
  for (const way of ['link', 'code'] as const) {
    await askForLogIn(world)
    const { token, code } = mailedBy(world, 'log-in')
    const json = way === 'link' ? { token } : { email: ada.email, code }
    devices.push(deviceTokenIn(await world.send('POST /v1/auth/email-link/consume', { json })))
  }
  await askForReset(world)
  await resetPassword(world, mailedBy(world, 'reset-password').token, newPassword)
  const byCookie = await world.send('POST /v1/auth/login', {
    json: { email: ada.email, password: newPassword, transport: 'cookie' },
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  const [cookie = ''] = byCookie.headers.getSetCookie().filter((text) => text.startsWith('__Host-device='))
  expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  expect(new Set(devices).size).toBe(4)
  await lockOut(world)
  const [pair = ''] = cookie.split(';')
  const json = { email: ada.email, password: newPassword }
  expect((await world.send('POST /v1/auth/login', { json, headers: { cookie: pair } })).status).toBe(200)
})

test('a code and a change of the password from a known device are looked at in a lock', async () => {
  for (const [route, success] of [
    ['POST /v1/auth/email-link/consume', 200],
    ['POST /v1/auth/password/change', 204],
  ] as const) {
    const { world, session, device } = await openKnownWorld()
    await askForLogIn(world)
    await lockOut(world)
    const code = { email: ada.email, code: mailedBy(world, 'log-in').code }
    const json = success === 200 ? code : { currentPassword: ada.password, newPassword }
    const call = { json, token: session.accessToken }
    expect(await world.send(route, call)).toMatchObject(isLocked)
    expect((await world.send(route, { ...call, headers: { 'device-token': device } })).status).toBe(success)
  }
})

describe('no lock is passed by', () => {
  const expectStranger = async (world: World, device: string, password = ada.password) => {
    await lockOut(world)
    expect(await tryLogIn(world, password, ada.email, device)).toMatchObject(isLocked)
  }

  test('a device of another account', async () => {
    const { world } = await openAdasWorld()
    await registerAndLogIn(world, grace)
    await expectStranger(world, await knownDevice(world, grace))
  })

  test('a device whose token is of another secret, or cut, or empty', async () => {
    const { world, device } = await openKnownWorld()
    const { user } = await registerAndLogIn(world, grace)
    const stranger = world.startAnother({ SECRET: 'the root secret of someone else entirely' })
    const forged = await writeDeviceToken(stranger.contextOf({ kind: 'anonymous' }), {
      id: world.platform.ids.next(),
      userId: user.id,
    })
    for (const token of [forged, device.slice(0, -1), device.slice(4), '', 'pdt_']) {
      await expectStranger(world, token)
      world.advance(1800)
    }
  })

  test('a device that has not logged in for a year', async () => {
    const { world, device } = await openKnownWorld()
    world.advance(31_535_999)
    await lockOut(world)
    expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
    world.advance(1)
    expect(await tryLogIn(world, ada.password, ada.email, device)).toMatchObject(isLocked)
  })

  test('a device from before the password was set, though it knows the new one', async () => {
    const { world, device } = await openKnownWorld()
    world.advance(1)
    await askForReset(world)
    await resetPassword(world, mailedBy(world, 'reset-password').token, newPassword)
    await expectStranger(world, device, newPassword)
  })

  test('a device of an account that had the address before', async () => {
    const { world, device } = await openKnownWorld()
    await world.db.run('delete from "user"', [], 'objects')
    await registerAndLogIn(world)
    await expectStranger(world, device)
  })

  test('a known device of a banned account, whose answers are those to a wrong password', async () => {
    const { world, device } = await openKnownWorld()
    await ban(world)
    expect(await tryLogIn(world, ada.password, ada.email, device)).toMatchObject(refused)
  })
})

describe('a known device that fails', () => {
  test('counts for itself: the account is not locked by it, and nobody is mailed', async () => {
    const { world, device } = await openKnownWorld()
    await fail(world, 5, ada.email, device)
    await world.settle()
    expect(await failuresIn(world)).toEqual({ device: 5 })
    expect((await tryLogIn(world, ada.password)).status).toBe(200)
    expect(lockoutMails(world)).toEqual([])
    expect((await listEvents(world)).filter(({ type }) => type === 'account.locked')).toEqual([])
  })

  test('five times is a stranger, until it would be forgotten', async () => {
    const { world, device } = await openKnownWorld()
    await fail(world, 4, ada.email, device)
    await lockOut(world)
    expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
    await fail(world, 5, ada.email, device)
    expect(await tryLogIn(world, ada.password, ada.email, device)).toMatchObject(isLocked)
    await fail(world, 1, ada.email, device)
    expect(await failuresIn(world)).toEqual({ account: 6, device: 5 })
    world.advance(1799)
    await fail(world, 5, ada.email)
    world.advance(1)
    expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
  })

  test('with codes is a stranger too', async () => {
    const { world, device } = await openKnownWorld()
    await askForLogIn(world)
    const { code } = mailedBy(world, 'log-in')
    const json = { email: ada.email, code: wrongCode(code) }
    const send = () => world.send('POST /v1/auth/email-link/consume', { json, headers: { 'device-token': device } })
    for (let tries = 0; tries < 5; tries += 1) expect((await send()).status).toBe(400)
    expect(await failuresIn(world)).toEqual({ device: 5 })
    await send()
    expect(await failuresIn(world)).toEqual({ device: 5, account: 1 })
  })

  test('and then succeeds has its own failures forgotten, not those of strangers', async () => {
    const { world, device } = await openKnownWorld()
    await fail(world, 4)
    await fail(world, 3, ada.email, device)
    expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
    expect(await failuresIn(world)).toEqual({ account: 4 })
  })

  test('many times at once gets no more tries than one after the other: the right guess among them is refused', async () => {
    const { world, device } = await openKnownWorld()
    const wrong = 30
    const [looked, counted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { passwords } = world.platform
    let arrived = 0
    const verify = async (password: string, hash: string | undefined) => {
      arrived += 1
      if (arrived > wrong) looked.resolve()
      await looked.promise
      if (password === ada.password) await counted.promise
      return passwords.verify(password, hash)
    }
    const held = world.startAnother({}, { passwords: { ...passwords, verify } })
    const right = tryLogIn(held, ada.password, ada.email, device)
    const guesses = Array.from({ length: wrong }, () => tryLogIn(held, wrongGuess, ada.email, device))
    expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual(Array(wrong).fill(401))
    counted.resolve()
    expect(await right).toMatchObject(refused)
    expect(world.waits.at(-1)).toBe(4000)
  })
})
