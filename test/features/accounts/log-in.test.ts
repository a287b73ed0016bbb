import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { passwords } from '#db/schema/accounts'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { ada, registerAndLogIn, registerOnly } from '../people'

const tryLogIn = (world: World, email: string, password: string) =>
  world.send('POST /v1/auth/login', { json: { email, password } })

/** What someone outside can see of a refusal and of its cost. */
const observe = async (world: World, email: string, password: string) => {
  const before = { hashes: world.hashes.count, statements: world.statements.length }
  const answer = await tryLogIn(world, email, password)
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'x-request-id'))
  return {
    status: answer.status,
    problem: problemOf(answer),
    headers,
    hashes: world.hashes.count - before.hashes,
    statements: world.statements.length - before.statements,
  }
}

test('an unknown address, a wrong password and an account without one can’t be told apart, at the cost of one hash', async () => {
  const world = await openWorld()
  const { user } = await registerAndLogIn(world)
  const wrong = await observe(world, ada.email, 'a wrong guess')
  const unknown = await observe(world, 'nobody@example.com', 'a wrong guess')
  await world.db.delete(passwords).where(eq(passwords.userId, user.id))
  const without = await observe(world, ada.email, ada.password)
  expect(wrong).toMatchObject({ status: 401, problem: { code: 'invalid_credentials' }, hashes: 1 })
  expect(unknown).toEqual(wrong)
  expect(without).toEqual(wrong)
})

test('an address that is not proved looks like a wrong password to who does not know the password', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  expect(await observe(world, ada.email, 'a wrong guess')).toEqual(
    await observe(world, 'nobody@example.com', 'a wrong guess'),
  )
  expect(await tryLogIn(world, ada.email, ada.password)).toMatchObject({
    status: 403,
    body: { code: 'email_unverified' },
  })
})

test('a session that opens for a password which was changed meanwhile does not open', async () => {
  const world = await openWorld()
  const { user } = await registerAndLogIn(world)
  const hasher = world.platform.passwords
  const slow = world.startAnother(
    {},
    {
      passwords: {
        ...hasher,
        verify: async (password, hash) => {
          const matches = await hasher.verify(password, hash)
          await world.db.update(passwords).set({ hash: 'changed' }).where(eq(passwords.userId, user.id))
          return matches
        },
      },
    },
  )
  expect(await tryLogIn(slow, ada.email, ada.password)).toMatchObject({
    status: 401,
    body: { code: 'invalid_credentials' },
  })
})

test('each log-in opens a session of its own', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const { body } = await tryLogIn(world, ' ADA@example.COM', ada.password)
  expect(body).toMatchObject({ user: first.user, sessionId: expect.not.stringMatching(first.sessionId) })
})

test('ten tries a minute are free for one address and account; the eleventh waits, another account does not', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on', LOCKOUT_FAILURES: '100' })
  await registerAndLogIn(world)
  for (let tries = 0; tries < 10; tries += 1)
    expect((await tryLogIn(world, ada.email, 'a wrong guess')).status).toBe(401)
  const hashes = world.hashes.count
  expect((await tryLogIn(world, ada.email.toUpperCase(), ada.password)).status).toBe(429)
  expect(world.hashes.count).toBe(hashes)
  expect((await tryLogIn(world, 'grace@example.com', 'a wrong guess')).status).toBe(401)
  world.advance(60)
  expect((await tryLogIn(world, ada.email, ada.password)).status).toBe(200)
})
