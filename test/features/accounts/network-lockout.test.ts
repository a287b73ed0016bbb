import { expect, test } from 'bun:test'
import { lockouts } from '#db/schema/sessions'
import { address, type World } from '../../platform'
import { problemOf } from '../answers'
import { ada } from '../people'
import { fail, knownDevice, openAdasWorld, tryLogIn, wrongGuess } from './lockouts'
import { askForLogIn, changePassword, logInByCode, mailedBy } from './mailed'

/** Adas account, where four failures from one network shut its log-ins and requests are hardly limited. */
const openCountingWorld = (settings = {}) =>
  openAdasWorld({
    RATE_LIMITS: 'on',
    RATE_LIMIT_OVERRIDES: 'everyone=9999/60,address=9999/60,logIn=9999/60,consumeToken=9999/60,changePassword=9999/60',
    LOCKOUT_NETWORK_FAILURES: '4',
    ...settings,
  })

/** The same world, seen from another place. */
const from = (world: World, ipAddress: string) => world.startAnother({}, { remoteAddress: () => ipAddress })

/** Fails for an address of its own each time, so that no account is locked. */
const spray = async (world: World, times: number) => {
  for (let count = 0; count < times; count += 1) await fail(world, 1, `person${count}@example.com`)
}

const isShut = { status: 429, body: { code: 'rate_limited' } }

test('failures from one network, for whatever accounts, shut its log-ins before any hash is computed', async () => {
  const { world } = await openCountingWorld()
  await spray(world, 4)
  const hashes = world.hashes.count
  world.advance(100)
  const right = await tryLogIn(world, ada.password)
  expect(right).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterSeconds: 1700 } })
  expect(right.headers.get('retry-after')).toBe('1700')
  for (const [password, email] of [
    [wrongGuess, ada.email],
    [wrongGuess, 'nobody@example.com'],
  ] as const) {
    expect(problemOf(await tryLogIn(world, password, email))).toEqual(problemOf(right))
  }
  expect(world.hashes.count).toBe(hashes)
})

test('one failure fewer shuts nothing, and a success does not make up for failures', async () => {
  const { world } = await openCountingWorld()
  await spray(world, 3)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  await fail(world, 1)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isShut)
})

test('log-ins are open again half an hour later, and everything begins anew', async () => {
  const { world } = await openCountingWorld()
  await spray(world, 4)
  world.advance(1799)
  expect(await tryLogIn(world, ada.password)).toMatchObject({ status: 429, body: { retryAfterSeconds: 1 } })
  world.advance(1)
  await spray(world, 3)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
})

test('a device that logged in before is not held up, and its failures are not its network’s', async () => {
  const { world } = await openCountingWorld()
  const device = await knownDevice(world)
  await fail(world, 4, ada.email, device)
  await spray(world, 4)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isShut)
  expect((await tryLogIn(world, ada.password, ada.email, device)).status).toBe(200)
})

test('another network is not held up', async () => {
  const { world } = await openCountingWorld()
  await spray(world, 4)
  expect((await tryLogIn(from(world, '203.0.113.8'), ada.password)).status).toBe(200)
})

test('IPv6 addresses of one /64 are one network, those of the next are not', async () => {
  const { world } = await openCountingWorld()
  for (const [index, ending] of ['::1', '::2', ':ffff:ffff:ffff:ffff', ':1:2:3:4'].entries()) {
    await fail(from(world, `2001:db8:0:7${ending}`), 1, `person${index}@example.com`)
  }
  expect(await tryLogIn(from(world, '2001:db8:0:7:a::b'), ada.password)).toMatchObject(isShut)
  expect((await tryLogIn(from(world, '2001:db8:0:8::1'), ada.password)).status).toBe(200)
})

test('the failures of accounts and of networks are apart: one account locks for all networks', async () => {
  const { world } = await openCountingWorld({ LOCKOUT_NETWORK_FAILURES: '100' })
  for (let count = 0; count < 5; count += 1) await fail(from(world, `198.51.100.${count}`), 1)
  expect(await tryLogIn(world, ada.password)).toMatchObject({ status: 423 })
})

test('wrong codes count for the network like wrong passwords, and none is looked at while it is shut', async () => {
  const { world } = await openCountingWorld()
  const device = await knownDevice(world)
  for (let count = 0; count < 4; count += 1) await logInByCode(world, '000000', `person${count}@example.com`)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isShut)
  await askForLogIn(world)
  const { code } = mailedBy(world, 'log-in')
  const json = { email: ada.email, code }
  expect(await logInByCode(world, code)).toMatchObject(isShut)
  expect(await logInByCode(world, code, 'nobody@example.com')).toMatchObject(isShut)
  const headers = { 'device-token': device }
  expect((await world.send('POST /v1/auth/email-link/consume', { json, headers })).status).toBe(200)
})

test('a signed-in person changes their password where log-ins are shut, and their failures count for no network', async () => {
  const { world, session } = await openCountingWorld()
  await changePassword(world, session.accessToken, wrongGuess, 'a wholly new password')
  await spray(world, 3)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  await spray(world, 1)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isShut)
  expect((await changePassword(world, session.accessToken, ada.password, 'a wholly new password')).status).toBe(204)
})

test('without limits, and without an address, no network is counted', async () => {
  const { world } = await openCountingWorld({ RATE_LIMITS: 'off' })
  await spray(world, 6)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  const { world: counting } = await openCountingWorld()
  const nowhere = counting.startAnother({}, { remoteAddress: () => undefined })
  await spray(nowhere, 6)
  expect((await tryLogIn(nowhere, ada.password)).status).toBe(200)
})

test('the address of a network can’t be read in the database', async () => {
  const { world } = await openCountingWorld()
  await fail(world, 1)
  const subjects = (await world.db.select().from(lockouts)).map(({ subject }) => subject)
  expect(subjects.toSorted()).toEqual([
    expect.stringMatching(/^account:[0-9a-f]{64}$/),
    expect.stringMatching(/^network:[0-9a-f]{64}$/),
  ])
  expect(JSON.stringify(subjects)).not.toContain(address)
})
