import { expect, test } from 'bun:test'
import { passwords } from '#db/schema/accounts'
import { openWorld, type World } from '../../platform'
import { ada, grace, registerAndLogIn } from '../people'
import { askForEmailChange, askForLogIn, askForReset, ban, mailedBy, verifyEmail } from './mailed'

/** What a request costs: statements, and hashes. What its jobs cost is nobody's wait. */
const costOf = async (world: World, route: string, json: object, token?: string) => {
  const before = { statements: world.statements.length, hashes: world.hashes.count }
  const { status } = await world.send(route, { json, ...(token !== undefined && { token }) })
  const cost = {
    status,
    statements: world.statements.length - before.statements,
    hashes: world.hashes.count - before.hashes,
  }
  await world.settle()
  return cost
}

/** An instance that has its signing key, with somebody who is logged in. */
const openWarmWorld = async (settings = {}) => {
  const world = await openWorld(settings)
  const { accessToken } = await registerAndLogIn(world)
  return { world, accessToken }
}

for (const [what, route] of [
  ['a forgotten password', 'POST /v1/auth/password/forgot'],
  ['a resent verification', 'POST /v1/auth/email/verify/resend'],
  ['a mailed log-in', 'POST /v1/auth/email-link'],
] as const) {
  test(`${what} costs one statement, whoever has the address, and no hash`, async () => {
    const { world } = await openWarmWorld()
    const one = { status: 202, statements: 1, hashes: 0 }
    const ask = (email: string) => costOf(world, route, { email })
    expect(await ask('nobody@example.com')).toEqual(one)
    expect(await ask(ada.email)).toEqual(one)
    await verifyEmail(world, mailedBy(world, 'verify-email').token)
    expect(await ask(ada.email)).toEqual(one)
    await world.db.delete(passwords)
    expect(await ask(ada.email)).toEqual(one)
    await ban(world)
    expect(await ask(ada.email)).toEqual(one)
  })
}

test('a registration costs one statement and one hash, whoever has the address', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  const register = (person: object) => costOf(world, 'POST /v1/auth/register', person)
  const one = { status: 202, statements: 1, hashes: 1 }
  expect(await register(ada)).toEqual(one)
  expect(await register(ada)).toEqual(one)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  expect(await register(ada)).toEqual(one)
  await ban(world)
  expect(await register(ada)).toEqual(one)
  const optional = await openWarmWorld()
  expect(await costOf(optional.world, 'POST /v1/auth/register', grace)).toEqual({ ...one, status: 201 })
})

test('a log-in costs two statements and one hash, from a known device and from a new one', async () => {
  const { world } = await openWarmWorld()
  const { email, password } = ada
  const logIn = (from: World) => costOf(from, 'POST /v1/auth/login', { email, password })
  expect(await logIn(world)).toEqual({ status: 200, statements: 2, hashes: 1 })
  const elsewhere = world.startAnother({}, { remoteAddress: () => '198.51.100.7' })
  await elsewhere.send('GET /.well-known/jwks.json')
  await elsewhere.settle()
  expect(await logIn(elsewhere)).toEqual({ status: 200, statements: 2, hashes: 1 })
})

test('a reset costs two statements and one hash; a token that is not accepted, one statement and none', async () => {
  const { world } = await openWarmWorld()
  await askForReset(world)
  const json = { token: mailedBy(world, 'reset-password').token, newPassword: 'a wholly new password' }
  const reset = () => costOf(world, 'POST /v1/auth/password/reset', json)
  expect(await reset()).toEqual({ status: 204, statements: 2, hashes: 1 })
  expect(await reset()).toEqual({ status: 400, statements: 1, hashes: 0 })
})

test('a change of the password costs two statements and two hashes; with a wrong one, two and one', async () => {
  const { world, accessToken } = await openWarmWorld()
  const change = (currentPassword: string) =>
    costOf(
      world,
      'POST /v1/auth/password/change',
      { currentPassword, newPassword: 'a wholly new password' },
      accessToken,
    )
  expect(await change('a wrong guess')).toEqual({ status: 401, statements: 2, hashes: 1 })
  expect(await change(ada.password)).toEqual({ status: 204, statements: 2, hashes: 2 })
})

test('a change of the address costs one statement to ask for, and one to confirm', async () => {
  const { world, accessToken } = await openWarmWorld()
  const ask = (newEmail: string) => costOf(world, 'POST /v1/me/email/change', { newEmail }, accessToken)
  expect(await ask('new@example.com')).toEqual({ status: 202, statements: 1, hashes: 0 })
  expect(await ask(ada.email)).toEqual({ status: 422, statements: 1, hashes: 0 })
  await askForEmailChange(world, accessToken, 'new@example.com')
  const { token } = mailedBy(world, 'confirm-email')
  const confirm = () => costOf(world, 'POST /v1/me/email/change/confirm', { token })
  expect(await confirm()).toEqual({ status: 200, statements: 1, hashes: 0 })
  expect(await confirm()).toEqual({ status: 400, statements: 1, hashes: 0 })
})

test('a log-in by link or by code costs one statement, right or wrong, known or unknown', async () => {
  const { world } = await openWarmWorld()
  const consume = (json: object) => costOf(world, 'POST /v1/auth/email-link/consume', json)
  await askForLogIn(world)
  const { token } = mailedBy(world, 'log-in')
  expect(await consume({ token })).toEqual({ status: 200, statements: 1, hashes: 0 })
  expect(await consume({ token })).toEqual({ status: 400, statements: 1, hashes: 0 })
  await askForLogIn(world)
  const { code } = mailedBy(world, 'log-in')
  expect(await consume({ email: 'nobody@example.com', code })).toEqual({ status: 400, statements: 1, hashes: 0 })
  expect(await consume({ email: ada.email, code })).toEqual({ status: 200, statements: 1, hashes: 0 })
  expect(await consume({ email: ada.email, code })).toEqual({ status: 400, statements: 1, hashes: 0 })
})

test('what is refused at the door costs no statement', async () => {
  const { world, accessToken } = await openWarmWorld()
  for (const [route, json, token] of [
    ['POST /v1/auth/password/forgot', { email: 'nobody' }],
    ['POST /v1/auth/email-link', { email: 'nobody' }],
    ['POST /v1/auth/email-link/consume', { email: ada.email, code: '12345' }],
    ['POST /v1/auth/password/reset', { token: 'x' }],
    ['POST /v1/auth/password/change', { currentPassword: 'x' }, accessToken],
    ['POST /v1/me/email/change', { newEmail: 'nobody' }, accessToken],
    ['POST /v1/me/email/change/confirm', { token: 7 }],
  ] as const) {
    expect(await costOf(world, route, json, token)).toEqual({ status: 422, statements: 0, hashes: 0 })
  }
  expect((await costOf(world, 'POST /v1/me/email/change', { newEmail: 'x@example.com' })).statements).toBe(0)
})
