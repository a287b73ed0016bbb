import { expect, test } from 'bun:test'
import { desc } from 'drizzle-orm'
import { sessions } from '#db/schema/sessions'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { address, openWorld, type TestSettings, userAgent, type World } from '../../platform'
import { ada, logIn, mailedToken, registerAndLogIn, registerOnly } from '../people'
import { eventsOf } from './events'

const requestId = 'request-of-this-test'
const headers = { 'x-request-id': requestId }

const anonymous = {
  actorKind: 'anonymous',
  actorId: null,
  userId: null,
  sessionId: null,
  requestId,
  ipAddress: address,
  userAgent,
  data: {},
}

/** An event that a person caused with the access token of their session. */
const byPerson = ({ user, sessionId }: { user: { id: string }; sessionId: string }) => ({
  ...anonymous,
  actorKind: 'user',
  actorId: user.id,
  userId: user.id,
  sessionId,
})

/** The mail's own work is the system's, in the request that caused it. */
const tokenIssued = (userId: string) => ({
  ...anonymous,
  type: 'email_token.issued',
  actorKind: 'system',
  actorId: 'send-verification-mail',
  userId,
  data: { purpose: 'verify-email' },
})

/** What `work` recorded, in full but for ids; the clock moves first, so that its time shows too. */
const recordedBy = async (world: World, work: () => Promise<unknown>): Promise<object[]> => {
  world.advance(1)
  const events = await eventsOf(world, work)
  return events.map(({ id: _, occurredAt, ...content }) => {
    expect(occurredAt).toEqual(world.clock.now())
    return content
  })
}

/** Its signing key is made already: that has an event of its own. */
const openWarmWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  await world.send('GET /.well-known/jwks.json')
  return world
}

const newestSession = async (world: World) => {
  const [session] = await world.db.select({ sessionId: sessions.id }).from(sessions).orderBy(desc(sessions.createdAt))
  return session ?? { sessionId: null }
}

for (const mode of ['required', 'optional']) {
  test(`a registration is recorded where verification is ${mode}, and so is the token in its mail`, async () => {
    const world = await openWarmWorld({ EMAIL_VERIFICATION: mode })
    const events = await recordedBy(world, () => world.send('POST /v1/auth/register', { json: ada, headers }))
    const userId = String((await world.db.run('select id from "user"', [], 'arrays')).flat()[0])
    expect(events).toEqual([{ ...anonymous, type: 'account.registered', userId }, tokenIssued(userId)])
  })
}

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

test('a refresh is recorded once, though the replaced token may come again', async () => {
  const world = await openWarmWorld()
  const { refreshToken, user, sessionId } = await registerAndLogIn(world)
  const send = () => world.send('POST /v1/auth/refresh', { json: { refreshToken }, headers })
  const event = { ...anonymous, userId: user.id, sessionId }
  expect(await recordedBy(world, send)).toEqual([{ ...event, type: 'session.refreshed' }])
  expect(await recordedBy(world, send)).toEqual([])
  world.advance(30)
  expect(await recordedBy(world, send)).toEqual([{ ...event, type: 'session.refresh_reused' }])
  expect(await recordedBy(world, send)).toEqual([])
})

test('the proof of an address is recorded once', async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  const verify = () => world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) }, headers })
  expect(await recordedBy(world, verify)).toEqual([{ ...anonymous, type: 'account.email_verified', userId: user.id }])
  expect(await recordedBy(world, verify)).toEqual([])
})

test('a new verification link is recorded', async () => {
  const world = await openWarmWorld()
  const { user } = await registerAndLogIn(world)
  const resend = (email: string) =>
    recordedBy(world, () => world.send('POST /v1/auth/email/verify/resend', { json: { email }, headers }))
  expect(await resend(ada.email)).toEqual([tokenIssued(user.id)])
  expect(await resend('nobody@example.com')).toEqual([])
})

test('the end of a session is recorded with its reason, and the number of sessions', async () => {
  const world = await openWarmWorld()
  const [first, second, , fourth] = [
    await registerAndLogIn(world),
    await logIn(world),
    await logIn(world),
    await logIn(world),
  ]
  const token = fourth.accessToken
  const type = 'session.ended'
  expect(
    await recordedBy(world, () => world.send('POST /v1/auth/logout', { token: first.accessToken, headers })),
  ).toEqual([{ ...byPerson(first), type, data: { reason: 'logout', count: 1 } }])
  const revoke = () => world.send(`DELETE /v1/sessions/${second.sessionId}`, { token, headers })
  expect(await recordedBy(world, revoke)).toEqual([
    { ...byPerson(fourth), sessionId: second.sessionId, type, data: { reason: 'revoked', count: 1 } },
  ])
  expect(await recordedBy(world, revoke)).toEqual([])
  await logIn(world)
  const revokeOthers = () => world.send('DELETE /v1/sessions', { token, headers })
  expect(await recordedBy(world, revokeOthers)).toEqual([
    { ...byPerson(fourth), type, data: { reason: 'others_revoked', count: 2 } },
  ])
  expect(await recordedBy(world, revokeOthers)).toEqual([])
})

test('a change of the profile is recorded with the names of its fields and none of their values', async () => {
  const world = await openWarmWorld()
  const tokens = await registerAndLogIn(world)
  const patch = (json: object) =>
    recordedBy(world, () => world.send('PATCH /v1/me', { json, token: tokens.accessToken, headers }))
  const [event] = await patch({ bio: 'Notes on the engine', address: { country: 'GB' }, phone: null })
  expect(event).toEqual({
    ...byPerson(tokens),
    type: 'profile.updated',
    data: { fields: ['bio', 'phone', 'address'] },
  })
  expect(await patch({})).toEqual([])
  expect(await patch({ bio: 7 })).toEqual([])
})

test('a new signing key is recorded with its generation and its time, as the operator’s', async () => {
  const world = await openWarmWorld()
  const operator = world.contextOf({ kind: 'system', job: 'postern keys rotate' })
  const events = await recordedBy(world, () => rotateSigningKey(operator))
  expect(events).toMatchObject([
    {
      type: 'signing_key.created',
      actorKind: 'system',
      actorId: 'postern keys rotate',
      userId: null,
      requestId: operator.request.id,
      data: { generation: 2, signsFrom: expect.stringContaining('2026-11-22T12:15:01') },
    },
  ])
})

test('reading records nothing', async () => {
  const world = await openWarmWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const paths = ['/v1/me', '/v1/sessions', '/.well-known/jwks.json', '/health/live', '/health/ready', '/dev/mailbox']
  expect(await recordedBy(world, () => Promise.all(paths.map((path) => world.send(`GET ${path}`, { token }))))).toEqual(
    [],
  )
})
