import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { problemOf, sessionsOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, grace, logIn, refresh, registerAndLogIn } from '../people'

const revoked = { status: 401, body: { code: 'session_revoked' } }

/** Each thing that a signed-in person may ask for. */
const callsOf = (world: World, token: string) => [
  world.send('GET /v1/me', { token }),
  world.send('PATCH /v1/me', { token, json: { name: 'Mallory' } }),
  world.send('PATCH /v1/me', { token, json: {} }),
  world.send('GET /v1/sessions', { token }),
  world.send('GET /v1/sessions?limit=1&cursor=01900000-0000-7000-8000-000000000000', { token }),
  world.send('DELETE /v1/sessions', { token }),
  world.send(`DELETE /v1/sessions/${crypto.randomUUID()}`, { token }),
]

const endings: Record<
  string,
  (world: World, other: string, ended: { sessionId: string; accessToken: string }) => unknown
> = {
  'a log-out': (world, _, { accessToken }) => world.send('POST /v1/auth/logout', { token: accessToken }),
  'its revocation from another session': (world, token, { sessionId }) =>
    world.send(`DELETE /v1/sessions/${sessionId}`, { token }),
  'its own revocation': (world, _, { sessionId, accessToken }) =>
    world.send(`DELETE /v1/sessions/${sessionId}`, { token: accessToken }),
  'the revocation of all others': (world, token) => world.send('DELETE /v1/sessions', { token }),
}

for (const [ending, end] of Object.entries(endings)) {
  test(`after ${ending} the access token of a session is refused everywhere at once, and changes nothing`, async () => {
    const world = await openWorld()
    const ended = await registerAndLogIn(world)
    const other = await logIn(world)
    await end(world, other.accessToken, ended)
    const events = await eventsOf(world, async () => {
      for (const answer of await Promise.all(callsOf(world, ended.accessToken))) expect(answer).toMatchObject(revoked)
    })
    expect(events).toEqual([])
    const me = await world.send('GET /v1/me', { token: other.accessToken })
    expect(me).toMatchObject({ status: 200, body: { name: ada.name } })
  })
}

test('a session that nobody used for seven days is over for a token that still lives', async () => {
  const world = await openWorld({ REFRESH_TOKEN_SECONDS: '600', ACCESS_TOKEN_SECONDS: '900' })
  const tokens = await registerAndLogIn(world)
  expect(tokens.expiresIn).toBe(600)
  world.advance(600)
  for (const answer of await Promise.all(callsOf(world, tokens.accessToken))) expect(answer.status).toBe(401)
})

test('a session of someone else can’t be revoked, and looks as if it did not exist', async () => {
  const world = await openWorld()
  const victim = await registerAndLogIn(world, grace)
  const { accessToken } = await registerAndLogIn(world, ada)
  const theirs = await world.send(`DELETE /v1/sessions/${victim.sessionId}`, { token: accessToken })
  const nobodys = await world.send(`DELETE /v1/sessions/${world.platform.ids.next()}`, { token: accessToken })
  expect(problemOf(theirs)).toEqual(problemOf(nobodys))
  expect(theirs).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect((await refresh(world, victim)).sessionId).toBe(victim.sessionId)
})

test('a session can be revoked once; the second time there is none', async () => {
  const world = await openWorld()
  const ended = await registerAndLogIn(world)
  const { accessToken } = await logIn(world)
  const revoke = () => world.send(`DELETE /v1/sessions/${ended.sessionId}`, { token: accessToken })
  expect((await revoke()).status).toBe(204)
  expect(await revoke()).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('the revocation of all others leaves one session: the one that asked', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await logIn(world)
  const asking = await logIn(world)
  const strangers = await registerAndLogIn(world, grace)
  expect((await world.send('DELETE /v1/sessions', { token: asking.accessToken })).status).toBe(204)
  expect((await world.send('GET /v1/sessions', { token: asking.accessToken })).body).toMatchObject({
    items: [{ id: asking.sessionId, current: true }],
    nextCursor: null,
  })
  expect((await world.send('GET /v1/me', { token: strangers.accessToken })).status).toBe(200)
})

test('a refresh keeps the address, the device and the time of the log-in', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const before = sessionsOf(await world.send('GET /v1/sessions', { token: first.accessToken }))
  world.advance(600)
  const second = await refresh(world, first)
  expect(sessionsOf(await world.send('GET /v1/sessions', { token: second.accessToken }))).toEqual(
    before.map((session) => ({
      ...session,
      lastUsedAt: world.clock.now().toISOString(),
      expiresAt: new Date(world.clock.now().getTime() + 604_800_000).toISOString(),
    })),
  )
  expect(before).toHaveLength(1)
})
