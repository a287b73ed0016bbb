import { expect, test } from 'bun:test'
import { destroyOldPersonalParts } from '#features/profiles/destroy-old-personal-parts'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { tamper } from '../../support/tamper'
import { listEvents } from '../audit/events'
import { verifyPersonalParts } from '../audit/verified'
import { daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'
import { registerAndLogIn } from '../people'
import { activityOf, addEvent } from './activities'

/** Those that still have something personal, oldest first. */
const personal = async (world: World) =>
  (await listEvents(world))
    .filter(({ ipAddress, userAgent, place, personalSalt }) => ipAddress ?? userAgent ?? place ?? personalSalt)
    .map(({ id }) => id)

test('from where something was done is destroyed after a year, and not before; that it was done stays', async () => {
  const world = await openWorld()
  const userId = crypto.randomUUID()
  const [old, due, recent] = [
    await addEvent(world, { userId, at: daysAgo(world, 365, 1), data: { reason: 'credentials' } }),
    await addEvent(world, { userId, at: daysAgo(world, 365) }),
    await addEvent(world, { userId: null, at: daysAgo(world, 1) }),
  ]
  const before = await listEvents(world)
  await keepHouse(world, destroyOldPersonalParts)
  expect(await personal(world)).toEqual([due, recent])
  const gone = { ipAddress: null, userAgent: null, place: null, personalSalt: null }
  expect(await listEvents(world)).toEqual(before.map((event) => (event.id === old ? { ...event, ...gone } : event)))
})

test('the setting says how long, and what is left verifies', async () => {
  const world = await openWorld({ ACTIVITY_RETENTION_SECONDS: '60' })
  const { accessToken } = await registerAndLogIn(world)
  world.advance(61)
  await world.send('PATCH /v1/me', { token: accessToken, json: { name: 'Ada' } })
  await keepHouse(world, destroyOldPersonalParts)
  const { items } = await activityOf(world, accessToken)
  expect(items.map(({ type, ipAddress, device }) => [type, ipAddress, device])).toContainEqual([
    'registered',
    null,
    null,
  ])
  expect(items[0]).toMatchObject({ type: 'profile_updated', ipAddress: '203.0.113.7' })
  const { checked, destroyed, broken } = await verifyPersonalParts(world)
  expect({ broken, left: checked - destroyed }).toEqual({ broken: [], left: 1 })
})

test('events of builds before, which have no salt, lose it too', async () => {
  const world = await openWorld()
  await addEvent(world, { userId: null, at: daysAgo(world, 400) })
  await tamper(world.db, 'update audit_event set personal_salt = null, personal_digest = null, place = null')
  await keepHouse(world, destroyOldPersonalParts)
  expect(await personal(world)).toEqual([])
})

test('many go in several batches, each a statement of its own, so that one that is killed has done something', async () => {
  const world = await openWorld()
  await world.db.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, ip_address, personal_salt, data)
    select gen_random_uuid(), $1::timestamptz - n * interval '1 second', 'login.failed', 'anonymous', 'x', '192.0.2.1',
      'salt', '{}' from generate_series(1, 1100) n`,
    [daysAgo(world, 365)],
    'objects',
  )
  const kill = { count: 0 }
  const run: typeof world.db.run = (...call) => {
    kill.count += 1
    return kill.count === 2 ? Promise.reject(new Error('killed')) : world.db.run(...call)
  }
  const dying = world.startAnother({}, { db: { ...world.db, run } })
  await expect(keepHouse(dying, destroyOldPersonalParts)).rejects.toThrow('killed')
  expect((await personal(world)).length).toBe(600)
  expect(await keepHouse(world, destroyOldPersonalParts)).toBe(2)
  expect(await personal(world)).toEqual([])
})

if (isOnServer) {
  test('what others work on is left to them, without a wait, and goes the next time', async () => {
    const world = await openWorld()
    const [, held] = [
      await addEvent(world, { userId: null, at: daysAgo(world, 366) }),
      await addEvent(world, { userId: null, at: daysAgo(world, 366) }),
    ]
    await keepHouseBeside(world, destroyOldPersonalParts, 'select 1 from audit_event where id = $1', [held])
    expect(await personal(world)).toEqual([held])
    await keepHouse(world, destroyOldPersonalParts)
    expect(await personal(world)).toEqual([])
  })
}
