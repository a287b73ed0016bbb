import { expect, test } from 'bun:test'
import { openWorld, place, type TestSettings, type World } from '../../platform'
import { logInWith, tokensOf } from '../accounts/mailed'
import { listEvents } from '../audit/events'
import { daysAgo } from '../jobs/housekeeping'
import { ada, grace, registerAndLogIn } from '../people'
import { activityOf, addEvent, firefox, typesOf } from './activities'

const openOwnWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  return { world, ...(await registerAndLogIn(world)) }
}

/** Each second something happens to the account. */
const addMany = async (world: World, userId: string, count: number) => {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    world.advance(1)
    ids.push(await addEvent(world, { userId }))
  }
  return ids.reverse()
}

test('a log-in is shown with its device, its address, its place and its session', async () => {
  const { world } = await openOwnWorld()
  world.advance(60)
  const { accessToken, sessionId } = tokensOf(
    await logInWith(world, ada.password, ada.email, { 'user-agent': firefox }),
  )
  const [newest] = (await activityOf(world, accessToken)).items
  expect(newest).toEqual({
    id: expect.any(String),
    type: 'signed_in',
    kind: 'sign_in',
    occurredAt: world.clock.now().toISOString(),
    sessionId,
    device: 'Firefox, Linux',
    ipAddress: '203.0.113.7',
    place,
    details: { method: 'password' },
  })
})

test('a wrong guess is shown to the owner of the account, and what a job did in whose name', async () => {
  const { world, accessToken } = await openOwnWorld()
  world.advance(1)
  await logInWith(world, 'a wrong guess')
  const { items } = await activityOf(world, accessToken)
  expect(items[0]).toMatchObject({ type: 'sign_in_failed', sessionId: null, details: { reason: 'credentials' } })
  const mailed = items.find(({ type }) => type === 'link_mailed')
  expect(mailed).toMatchObject({ ipAddress: '203.0.113.7', details: { purpose: 'verify-email' } })
})

test('nothing of anybody else is shown, nor what happened to nobody', async () => {
  const { world, accessToken, user } = await openOwnWorld()
  const { user: other, accessToken: theirs } = await registerAndLogIn(world, grace)
  await logInWith(world, 'a wrong guess', 'nobody@example.org')
  await addEvent(world, { userId: null })
  const own = (await activityOf(world, accessToken, '?limit=100')).items.map(({ id }) => id)
  const others = (await activityOf(world, theirs, '?limit=100')).items.map(({ id }) => id)
  const owners = new Map((await listEvents(world)).map(({ id, userId }) => [id, userId]))
  expect(own.length).toBeGreaterThan(1)
  expect(new Set(own.map((id) => owners.get(id)))).toEqual(new Set([user.id]))
  expect(new Set(others.map((id) => owners.get(id)))).toEqual(new Set([other.id]))
})

test('from where another signed-in person, an administrator for one, did something is not shown', async () => {
  const { world, accessToken, user } = await openOwnWorld()
  world.advance(1)
  await addEvent(world, {
    userId: user.id,
    type: 'role.granted',
    by: ['user', crypto.randomUUID()],
    data: { role: 'x' },
  })
  await addEvent(world, { userId: user.id, type: 'role.revoked', by: ['user', user.id], data: { role: 'x' } })
  const { items } = await activityOf(world, accessToken, '?kind=account&limit=2')
  const hidden = { device: null, ipAddress: null, place: null }
  expect(items.find(({ type }) => type === 'role_granted')).toMatchObject({ ...hidden, details: { role: 'x' } })
  expect(items.find(({ type }) => type === 'role_revoked')).toMatchObject({
    ipAddress: '192.0.2.1',
    place: 'Paris, FR',
  })
})

test('it pages by key, newest first, each once, while more happens', async () => {
  const { world, accessToken: token, user } = await openOwnWorld()
  const ids = await addMany(world, user.id, 7)
  const seen: string[] = []
  let query = '?type=sign_in_failed&limit=3'
  for (let cursor: string | null = ''; cursor !== null; query = `?type=sign_in_failed&limit=3&cursor=${cursor}`) {
    const { items, nextCursor } = await activityOf(world, token, query)
    seen.push(...items.map(({ id }) => id))
    await addMany(world, user.id, 1)
    cursor = nextCursor
  }
  expect(seen).toEqual(ids)
})

for (const query of [
  '?cursor=1',
  '?cursor=00000000-0000-0000-0000-00000000000g',
  "?cursor=' or true --",
  '?cursor[]=1',
  '?limit=0',
  '?limit=101',
  '?limit=1e9',
  '?kind=everything',
  '?kind=sign_in,session',
  '?type=login.succeeded',
  '?type=constructor',
  '?since=2020-01-01',
  '?userId=00000000-0000-7000-8000-000000000000',
]) {
  test(`${query} is refused`, async () => {
    const { world, accessToken: token } = await openOwnWorld()
    expect(await world.send(`GET /v1/me/activity${query}`, { token })).toMatchObject({ status: 422 })
  })
}

test('somebody else’s event as a cursor shows nothing of them', async () => {
  const { world, accessToken, user } = await openOwnWorld()
  const [own] = await addMany(world, user.id, 1)
  const foreign = await addEvent(world, {
    userId: crypto.randomUUID(),
    at: new Date(world.clock.now().getTime() + 1000),
  })
  const { items } = await activityOf(world, accessToken, `?cursor=${foreign}&limit=1`)
  expect(items.map(({ id }) => id)).toEqual([String(own)])
})

test('kinds and types choose, and a type of another kind is nothing', async () => {
  const { world, accessToken: token } = await openOwnWorld()
  world.advance(1)
  await world.send('PATCH /v1/me', { token, json: { name: 'Augusta', bio: 'Counts.' } })
  await world.send('DELETE /v1/sessions', { token })
  const { items } = await activityOf(world, token, '?kind=profile')
  expect(items).toMatchObject([{ type: 'profile_updated', kind: 'profile', details: { fields: ['bio', 'name'] } }])
  expect(await typesOf(world, token, '?type=profile_updated')).toEqual(['profile_updated'])
  expect(await typesOf(world, token, '?type=profile_updated&kind=sign_in')).toEqual([])
  expect((await activityOf(world, token, '?kind=identity')).nextCursor).toBeNull()
})

test('refreshes are not shown, however many', async () => {
  const { world, accessToken, user } = await openOwnWorld()
  for (let count = 0; count < 30; count += 1) await addEvent(world, { userId: user.id, type: 'session.refreshed' })
  const types = await typesOf(world, accessToken, '?limit=3')
  expect(types.toSorted()).toEqual(['link_mailed', 'registered'])
})

test('log-ins and sessions are shown as long as the setting says, changes of the account for good', async () => {
  const { world, accessToken, user } = await openOwnWorld({ ACTIVITY_RETENTION_SECONDS: String(30 * 86_400) })
  const then = { kept: daysAgo(world, 29), over: daysAgo(world, 30, 1) }
  const kept = ['login.succeeded', 'session.ended', 'password.changed', 'profile.updated', 'identity.linked']
  for (const type of kept) await addEvent(world, { userId: user.id, type, at: then.kept })
  for (const type of kept) await addEvent(world, { userId: user.id, type, at: then.over })
  const of = async (at: Date) =>
    (await activityOf(world, accessToken, '?limit=100')).items
      .filter(({ occurredAt }) => occurredAt === at.toISOString())
      .map(({ type }) => String(type))
      .toSorted()
  const lasting = ['identity_linked', 'password_changed', 'profile_updated']
  expect(await of(then.kept)).toEqual([...lasting, 'sessions_ended', 'signed_in'].toSorted())
  expect(await of(then.over)).toEqual(lasting)
})

test('a session that is over shows nothing, nor does no session', async () => {
  const { world, accessToken: token } = await openOwnWorld()
  await world.send('POST /v1/auth/logout', { token })
  expect(await world.send('GET /v1/me/activity', { token })).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
  expect(await world.send('GET /v1/me/activity')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
})

test('it is one statement, and writes nothing', async () => {
  const { world, accessToken } = await openOwnWorld()
  const [before, events] = [world.statements.length, await listEvents(world)]
  const start = world.statements.length
  await activityOf(world, accessToken)
  expect(world.statements.length - start).toBe(1)
  expect(await listEvents(world)).toEqual(events)
  expect(start - before).toBe(1)
})
