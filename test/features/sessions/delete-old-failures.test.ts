import { expect, test } from 'bun:test'
import { lockouts } from '#db/schema/sessions'
import { deleteOldFailures } from '#features/sessions/delete-old-failures'
import { openWorld, type World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'

const secondsAgo = (world: World, seconds: number) => new Date(world.clock.now().getTime() - seconds * 1000)

const kept = async (world: World) =>
  (await world.db.select({ subject: lockouts.subject }).from(lockouts)).map(({ subject }) => subject).toSorted()

test('failures go once they count no more; those that count, and locks, stay', async () => {
  const world = await openWorld({ LOCKOUT_SECONDS: '1800' })
  await world.db.insert(lockouts).values([
    { subject: 'long ago', failures: 4, since: secondsAgo(world, 1801) },
    { subject: 'still counts', failures: 1, since: secondsAgo(world, 1800) },
    { subject: 'locked', failures: 9, since: secondsAgo(world, 3000), lockedUntil: secondsAgo(world, -1) },
    { subject: 'was locked', failures: 5, since: secondsAgo(world, 3000), lockedUntil: secondsAgo(world, 0) },
  ])
  await keepHouse(world, deleteOldFailures)
  expect(await kept(world)).toEqual(['locked', 'still counts'])
})

test('many go in several batches', async () => {
  const world = await openWorld()
  const since = secondsAgo(world, 90_000)
  await world.db
    .insert(lockouts)
    .values(Array.from({ length: 1000 }, (_, index) => ({ subject: `subject ${index}`, failures: 1, since })))
  expect(await keepHouse(world, deleteOldFailures)).toBe(3)
  expect(await kept(world)).toEqual([])
})
