import { expect, test } from 'bun:test'
import { roleAssignments } from '#db/schema/access'
import { makeRefreshToken } from '#features/sessions/refresh-token'
import { openWorld, type World } from '../../platform'
import { listEvents } from '../audit/events'
import { grace, logIn, refresh, registerAndLogIn } from '../people'

const day = 24 * 3600
const refused = { status: 401, body: { code: 'invalid_refresh_token' } }

const tryRefresh = (world: World, { refreshToken }: { refreshToken: string }) =>
  world.send('POST /v1/auth/refresh', { json: { refreshToken } })

const reuseEvents = async (world: World) =>
  (await listEvents(world)).filter(({ type }) => type === 'session.refresh_reused')

test('the token that was just replaced is accepted for 30 seconds, and gives the same successor', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const second = await refresh(world, first)
  for (const seconds of [0, 1, 28]) {
    world.advance(seconds)
    const again = await refresh(world, first)
    expect(again.refreshToken).toBe(second.refreshToken)
    expect(again.accessToken).toBe(second.accessToken)
  }
  expect(await reuseEvents(world)).toEqual([])
  expect((await tryRefresh(world, second)).status).toBe(200)
})

test('a replaced token that comes after 31 seconds is refused, ends the session and is recorded', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const second = await refresh(world, first)
  world.advance(31)
  expect(await tryRefresh(world, first)).toMatchObject(refused)
  expect(await tryRefresh(world, second)).toMatchObject(refused)
  expect(await world.send('GET /v1/me', { token: second.accessToken })).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
  expect(await reuseEvents(world)).toMatchObject([{ userId: first.user.id, sessionId: first.sessionId }])
})

test('the thirtieth second is past the pause', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  await refresh(world, first)
  world.advance(30)
  expect(await tryRefresh(world, first)).toMatchObject(refused)
})

test('a token that was replaced twice ends the session, however soon it comes', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  const second = await refresh(world, first)
  const third = await refresh(world, second)
  expect(await tryRefresh(world, first)).toMatchObject(refused)
  expect(await tryRefresh(world, third)).toMatchObject(refused)
  expect(await reuseEvents(world)).toHaveLength(1)
})

test('presenting a replaced token does not give it another 30 seconds', async () => {
  const world = await openWorld()
  const first = await registerAndLogIn(world)
  await refresh(world, first)
  world.advance(29)
  await refresh(world, first)
  world.advance(2)
  expect(await tryRefresh(world, first)).toMatchObject(refused)
})

test('the reuse of one session leaves the other sessions of its owner alone', async () => {
  const world = await openWorld()
  const stolen = await registerAndLogIn(world)
  const other = await logIn(world)
  await refresh(world, stolen)
  world.advance(31)
  expect(await tryRefresh(world, stolen)).toMatchObject(refused)
  expect((await tryRefresh(world, other)).status).toBe(200)
})

test('a session that nobody refreshes ends after seven days, and one that is refreshed goes on', async () => {
  const world = await openWorld()
  const idle = await registerAndLogIn(world)
  const used = await logIn(world)
  expect(idle.refreshExpiresIn).toBe(7 * day)
  world.advance(7 * day - 1)
  const next = await refresh(world, used)
  expect(next.refreshExpiresIn).toBe(7 * day)
  world.advance(1)
  expect(await tryRefresh(world, idle)).toMatchObject(refused)
  world.advance(6 * day)
  expect((await tryRefresh(world, next)).status).toBe(200)
})

test('a session ends thirty days after its log-in, however often it is refreshed', async () => {
  const world = await openWorld()
  let tokens = await registerAndLogIn(world)
  for (let days = 6; days < 30; days += 6) {
    world.advance(6 * day)
    tokens = await refresh(world, tokens)
  }
  expect(tokens.refreshExpiresIn).toBe(6 * day)
  world.advance(6 * day - 60)
  tokens = await refresh(world, tokens)
  expect(tokens).toMatchObject({ refreshExpiresIn: 60, expiresIn: 60 })
  world.advance(60)
  expect(await tryRefresh(world, tokens)).toMatchObject(refused)
  expect((await world.send('GET /v1/me', { token: tokens.accessToken })).status).toBe(401)
})

test('a token of a counter that was never given out is refused and ends nothing', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const context = world.contextOf({ kind: 'anonymous' })
  const future = await makeRefreshToken(context, { sessionId: tokens.sessionId, counter: 7 })
  expect(await tryRefresh(world, { refreshToken: future })).toMatchObject(refused)
  expect((await tryRefresh(world, tokens)).status).toBe(200)
})

test('a role that wants a second factor ends the refreshes of who holds it, and of nobody else', async () => {
  const world = await openWorld()
  const [adas, graces] = [await registerAndLogIn(world), await registerAndLogIn(world, grace)]
  const createdAt = world.clock.now()
  await world.db.insert(roleAssignments).values({ userId: adas.user.id, role: 'admin', createdAt })
  expect((await tryRefresh(world, graces)).status).toBe(200)
  expect(await tryRefresh(world, adas)).toMatchObject(refused)
})

test('a text that is no refresh token of ours costs no query', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const before = world.statements.length
  for (const refreshToken of ['', 'prt_', 'garbage', `prt_${'A'.repeat(75)}`]) {
    expect(await tryRefresh(world, { refreshToken })).toMatchObject(refused)
  }
  expect(world.statements).toHaveLength(before)
})

test('a refresh is one statement', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const before = world.statements.length
  await refresh(world, tokens)
  expect(world.statements).toHaveLength(before + 1)
})
