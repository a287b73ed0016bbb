import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { ada, grace, registerAndLogIn, registerOnly } from '../people'
import {
  askForLogIn,
  isLive,
  logInByCode,
  logInByLink,
  logInWith,
  mailedBy,
  mailedTemplates,
  mailOf,
  tokensOf,
  verifyEmail,
} from './mailed'

const firefox = (version: string) => `Mozilla/5.0 (X11; Linux x86_64; rv:${version}) Gecko/20100101 Firefox/${version}`
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36'

const logInFrom = (world: World, agent: string, { email, password } = ada) =>
  logInWith(world, password, email, { 'user-agent': agent })

/** The same world, seen from another place. */
const from = (world: World, ipAddress: string) => world.startAnother({}, { remoteAddress: () => ipAddress })

/** Someone who registered with the Analytical Engine at 203.0.113.7, and whose mails so far are forgotten. */
const openKnownWorld = async () => {
  const world = await openWorld()
  const session = await registerAndLogIn(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  world.outbox.length = 0
  return { world, session }
}

const notice = `new-device → ${ada.email}`

test('a log-in from the device of the registration is no news', async () => {
  const { world } = await openKnownWorld()
  expect((await logInWith(world, ada.password)).status).toBe(200)
  expect(world.outbox).toEqual([])
})

test('the first log-in of all is no news', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  expect((await logInFrom(from(world, '198.51.100.7'), chrome)).status).toBe(200)
  expect(mailedTemplates(world)).toEqual([`verify-email → ${ada.email}`])
})

test('a log-in from another browser is told to its owner, with the browser, the address and the time', async () => {
  const { world } = await openKnownWorld()
  world.advance(3600)
  await logInFrom(from(world, '203.0.113.99'), firefox('145.0'))
  expect(mailedTemplates(world)).toEqual([notice])
  expect(mailOf(world, 'new-device').data).toEqual({
    name: ada.name,
    browser: 'Firefox, Linux',
    ipAddress: '203.0.113.99',
    requestedAt: world.clock.now().toISOString(),
  })
})

test('a log-in from another network is told, one from another address of the same network is not', async () => {
  const { world } = await openKnownWorld()
  await logInWith(from(world, '203.0.250.1'), ada.password)
  expect(world.outbox).toEqual([])
  await logInWith(from(world, '203.1.113.7'), ada.password)
  expect(mailedTemplates(world)).toEqual([notice])
})

test('a browser that was brought up to date is the same browser', async () => {
  const { world } = await openKnownWorld()
  await logInFrom(world, firefox('145.0'))
  expect(mailedTemplates(world)).toEqual([notice])
  await logInFrom(world, firefox('146.0.1'))
  expect(mailedTemplates(world)).toEqual([notice])
})

test('a device is told of once, also after its session ended', async () => {
  const { world } = await openKnownWorld()
  const session = tokensOf(await logInFrom(world, chrome))
  await world.send('POST /v1/auth/logout', { token: session.accessToken })
  expect(await isLive(world, session)).toBe(false)
  await logInFrom(world, chrome)
  expect(mailedTemplates(world)).toEqual([notice])
})

test('devices of other people are not one’s own', async () => {
  const { world } = await openKnownWorld()
  await registerAndLogIn(world, grace)
  await logInFrom(world, chrome, grace)
  world.outbox.length = 0
  await logInFrom(world, chrome)
  expect(mailedTemplates(world)).toEqual([notice])
})

test('a log-in that fails tells nobody', async () => {
  const { world } = await openKnownWorld()
  expect((await logInFrom(world, chrome, { ...ada, password: 'a wrong guess' })).status).toBe(401)
  expect(world.outbox).toEqual([])
})

test('a log-in by link or by code from a new device is told as well, one from a known device is not', async () => {
  const { world } = await openKnownWorld()
  await askForLogIn(world)
  await logInByLink(world, mailedBy(world, 'log-in').token)
  await askForLogIn(world)
  await logInByCode(world, mailedBy(world, 'log-in').code)
  expect(mailedTemplates(world)).not.toContain(notice)
  await askForLogIn(world)
  await logInByLink(from(world, '198.51.100.7'), mailedBy(world, 'log-in').token)
  expect(mailedTemplates(world).filter((mail) => mail === notice)).toHaveLength(1)
  await askForLogIn(world)
  await logInByCode(from(world, '192.0.2.7'), mailedBy(world, 'log-in').code)
  expect(mailedTemplates(world).filter((mail) => mail === notice)).toHaveLength(2)
})

test('a refresh from elsewhere is no log-in', async () => {
  const { world } = await openKnownWorld()
  const { refreshToken } = tokensOf(await logInWith(world, ada.password))
  const elsewhere = from(world, '198.51.100.7')
  await elsewhere.send('POST /v1/auth/refresh', { json: { refreshToken }, headers: { 'user-agent': chrome } })
  await world.settle()
  expect(world.outbox).toEqual([])
})
