import { expect, test } from 'bun:test'
import { desc } from 'drizzle-orm'
import { sessions } from '#db/schema/sessions'
import type { World } from '../../platform'
import { ada, mailedToken, registerAndLogIn, registerOnly } from '../people'
import { anonymous, headers, openWarmWorld, recordedBy, tokenIssued } from './recording'

const newestSession = async (world: World) => {
  const [session] = await world.db.select({ sessionId: sessions.id }).from(sessions).orderBy(desc(sessions.createdAt))
  return session ?? { sessionId: null }
}

for (const mode of ['required', 'optional']) {
  test(`a registration is recorded where verification is ${mode}, and so is the token in its mail`, async () => {
    const world = await openWarmWorld({ EMAIL_VERIFICATION: mode })
    const events = await recordedBy(world, () => world.send('POST /v1/auth/register', { json: ada, headers }))
    const userId = String((await world.db.run('select id from "user"', [], 'arrays')).flat()[0])
    // Where the person is logged in at once, the event names the session.
    const { sessionId } = await newestSession(world)
    expect(sessionId === null).toBe(mode === 'required')
    expect(events).toEqual([
      { ...anonymous, type: 'account.registered', userId, sessionId },
      tokenIssued(userId, 'send-registration-mail'),
    ])
  })
}

test('a registration of a known address is recorded as that, and adds nobody', async () => {
  for (const mode of ['required', 'optional']) {
    const world = await openWarmWorld({ EMAIL_VERIFICATION: mode })
    const register = () => world.send('POST /v1/auth/register', { json: ada, headers })
    await register()
    await world.settle()
    const userId = String((await world.db.run('select id from "user"', [], 'arrays')).flat()[0])
    const repeated = { ...anonymous, type: 'account.registration_repeated', userId }
    expect(await recordedBy(world, register)).toEqual(
      mode === 'required' ? [repeated, tokenIssued(userId, 'send-registration-mail')] : [repeated],
    )
  }
})

test('a log-in is recorded with the session it opened', async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  const { email, password } = ada
  const events = await recordedBy(world, () =>
    world.send('POST /v1/auth/login', { json: { email, password }, headers }),
  )
  const { sessionId } = await newestSession(world)
  expect(events).toEqual([
    { ...anonymous, type: 'login.succeeded', userId: user.id, sessionId, data: { method: 'password' } },
  ])
})

test('a failed log-in is recorded with the account it was for, if there is one, and the reason', async () => {
  const world = await openWarmWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  const userId = String((await world.db.run('select id from "user"', [], 'arrays')).flat()[0])
  const failure = { ...anonymous, type: 'login.failed' }
  const tryLogIn = (email: string, password: string) =>
    recordedBy(world, () => world.send('POST /v1/auth/login', { json: { email, password }, headers }))
  expect(await tryLogIn(ada.email, 'wrong guess')).toEqual([{ ...failure, userId, data: { reason: 'credentials' } }])
  expect(await tryLogIn('nobody@example.com', ada.password)).toEqual([{ ...failure, data: { reason: 'credentials' } }])
  expect(await tryLogIn(ada.email, ada.password)).toEqual([
    { ...failure, userId, data: { reason: 'email_unverified' } },
  ])
})

test('the proof of an address is recorded once, with the sessions that it ended', async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  const verify = () => world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) }, headers })
  const events = await recordedBy(world, verify)
  expect(events).toHaveLength(2)
  expect(events).toEqual(
    expect.arrayContaining([
      { ...anonymous, type: 'account.email_verified', userId: user.id },
      { ...anonymous, type: 'session.ended', userId: user.id, data: { reason: 'email_proved', count: 1 } },
    ]),
  )
  expect(await recordedBy(world, verify)).toEqual([])
})

test('a new verification link is recorded', async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  const resend = (email: string) =>
    recordedBy(world, () => world.send('POST /v1/auth/email/verify/resend', { json: { email }, headers }))
  expect(await resend(ada.email)).toEqual([tokenIssued(user.id, 'send-verification-mail')])
  expect(await resend('nobody@example.com')).toEqual([])
})
