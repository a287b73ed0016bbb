import { expect, test } from 'bun:test'
import { passwords } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { sessions } from '#db/schema/sessions'
import { openWorld, type World } from '../../platform'
import { ada, mailedToken, registerAndLogIn, registerOnly } from '../people'

const required = { EMAIL_VERIFICATION: 'required' }

const register = async (world: World, json: Record<string, unknown>) => {
  const answer = await world.send('POST /v1/auth/register', { json })
  await world.settle()
  return answer
}

test('where addresses must be proved, a registration opens no session and hands out no token', async () => {
  const world = await openWorld(required)
  const answer = await register(world, ada)
  expect(answer).toMatchObject({
    status: 202,
    body: { activation: { canLogin: false, pendingTasks: ['email_verification'] } },
  })
  expect(answer.text).not.toContain('oken')
  expect(await world.db.select().from(sessions)).toEqual([])
})

test('where they need not be, it logs in at once and says what is still to be done', async () => {
  const world = await openWorld()
  expect(await register(world, ada)).toMatchObject({
    status: 201,
    body: {
      user: { email: ada.email, emailVerified: false, name: ada.name },
      activation: { isFullyActivated: false, canLogin: true, pendingTasks: ['email_verification'] },
      tokens: { tokenType: 'Bearer', expiresIn: 900, refreshExpiresIn: 604_800 },
    },
  })
})

test('a known address gets the answer of a new one, for the same work', async () => {
  const world = await openWorld(required)
  const unknown = await register(world, ada)
  const hashes = world.hashes.count
  const known = await register(world, { ...ada, password: 'another password', name: 'Mallory' })
  expect({ status: known.status, body: known.body }).toEqual({ status: unknown.status, body: unknown.body })
  expect([...known.headers.keys()]).toEqual([...unknown.headers.keys()])
  expect(world.hashes.count - hashes).toBe(hashes)
})

test('a known address that is proved gets a mail that says so, and its account stays as it was', async () => {
  const world = await openWorld(required)
  await registerOnly(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  const before = [await world.db.select().from(users), await world.db.select().from(passwords)]
  await register(world, { ...ada, password: 'another password', name: 'Mallory' })
  expect(world.outbox.at(-1)).toMatchObject({ to: ada.email, template: 'already-registered', data: { name: ada.name } })
  expect(world.outbox.at(-1)?.text).not.toContain('Mallory')
  expect([await world.db.select().from(users), await world.db.select().from(passwords)]).toEqual(before)
})

test('a known address that was never proved gets a new link, and the old one is void', async () => {
  const world = await openWorld(required)
  await registerOnly(world)
  const old = mailedToken(world)
  await register(world, { ...ada, password: 'another password' })
  expect(world.outbox.at(-1)).toMatchObject({ to: ada.email, template: 'verify-email' })
  expect((await world.send('POST /v1/auth/email/verify', { json: { token: old } })).status).toBe(400)
  expect((await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })).status).toBe(200)
})

test('the last registration’s password holds until the address is proved, and none after that changes it', async () => {
  const world = await openWorld(required)
  await registerOnly(world)
  await register(world, { ...ada, password: 'the second password' })
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  await register(world, { ...ada, password: 'the third password' })
  const tryPassword = async (password: string) =>
    (await world.send('POST /v1/auth/login', { json: { email: ada.email, password } })).status
  expect(await tryPassword(ada.password)).toBe(401)
  expect(await tryPassword('the second password')).toBe(200)
  expect(await tryPassword('the third password')).toBe(401)
})

test('with optional verification a known address is a conflict that changes nothing and mails nobody', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const mails = world.outbox.length
  const answer = await register(world, { ...ada, email: ' ADA@Example.COM ', password: 'another password' })
  expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } })
  expect(world.outbox).toHaveLength(mails)
})

test('an address is kept in its one spelling', async () => {
  const world = await openWorld(required)
  await register(world, { ...ada, email: ' Ada.Lovelace@EXAMPLE.com ' })
  expect(await world.db.select({ email: users.email }).from(users)).toEqual([{ email: 'ada.lovelace@example.com' }])
})

test('a password that differs in its Unicode form only is the same password', async () => {
  const world = await openWorld()
  await register(world, { ...ada, password: 'cafe\u0301 au lait' })
  const json = { email: ada.email, password: 'caf\u00e9 au lait' }
  expect((await world.send('POST /v1/auth/login', { json })).status).toBe(200)
})

test('five registrations a minute come from one address, the sixth waits out the window', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on' })
  const tryOne = (index: number) => register(world, { ...ada, email: `ada${index}@example.com` })
  for (let index = 0; index < 5; index += 1) expect((await tryOne(index)).status).toBe(201)
  const refused = await tryOne(5)
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterSeconds: 60 } })
  expect(refused.headers.get('retry-after')).toBe('60')
  world.advance(60)
  expect((await tryOne(6)).status).toBe(201)
})

test('registering an address over and over mails its owner six times a quarter of an hour, and tells the caller nothing', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required', RATE_LIMITS: 'on' })
  for (let attempt = 0; attempt < 9; attempt += 1) {
    expect((await world.send('POST /v1/auth/register', { json: ada })).status).toBe(202)
    await world.settle()
    world.advance(20)
  }
  expect(world.outbox).toHaveLength(6)
})

test('past the mails of a quarter of an hour nobody’s password holds, so that the owner who proves the address sets one', async () => {
  const world = await openWorld({ ...required, RATE_LIMITS: 'on' })
  const passwords = [1, 2, 3, 4, 5, 6, 7].map((number) => `the password number ${number}`)
  for (const password of passwords) {
    await register(world, { ...ada, password })
    world.advance(20)
  }
  const proof = await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  expect(proof.body).toMatchObject({
    activation: { isFullyActivated: false, canLogin: true, pendingTasks: ['password_setup'] },
  })
  for (const password of passwords) {
    world.advance(60)
    const answer = await world.send('POST /v1/auth/login', { json: { email: ada.email, password } })
    expect(answer.status).toBe(401)
  }
})

test('a link that was mailed before another registration proves nothing, before the new one is even mailed', async () => {
  const world = await openWorld(required)
  await registerOnly(world)
  const token = mailedToken(world)
  await world.send('POST /v1/auth/register', { json: { ...ada, password: 'another password' } })
  expect((await world.send('POST /v1/auth/email/verify', { json: { token } })).status).toBe(400)
})
