import { expect, test } from 'bun:test'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { logIn, registerAndLogIn } from '../people'
import { anonymous, byPerson, headers, openWarmWorld, recordedBy } from './recording'

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
