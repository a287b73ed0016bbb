import { expect, test } from 'bun:test'
import { enqueueDueSchedules } from '#features/jobs/enqueue-due-schedules'
import { openWorld, type World } from '../../platform'
import { listRecords } from './queue'

const enqueue = (world: World) => enqueueDueSchedules(world.contextOf({ kind: 'system', job: 'maintenance' }))

/** How many jobs of each scheduled queue there are. */
const countJobs = async (world: World) => {
  const names = (await listRecords(world)).map(({ name }) => name)
  const countOf = (queue: string) => names.filter((name) => name === queue).length
  return {
    tokens: countOf('delete-expired-tokens'),
    sessions: countOf('delete-expired-sessions'),
    messages: countOf('delete-old-messages'),
    all: names.length,
  }
}

test('each time of a schedule is queued once, however many workers try and how often', async () => {
  const world = await openWorld()
  await Promise.all(Array.from({ length: 8 }, () => enqueue(world)))
  await enqueue(world)
  expect(await countJobs(world)).toEqual({ tokens: 1, sessions: 1, messages: 1, all: 3 })
})

test('a time that was queued is not queued again when its job is done', async () => {
  const world = await openWorld()
  await enqueue(world)
  await world.settle()
  await enqueue(world)
  expect((await listRecords(world)).map(({ state }) => state)).toEqual(['completed', 'completed', 'completed'])
})

test('tokens go every ten minutes, sessions and messages every hour', async () => {
  const world = await openWorld()
  // The clock stands at noon.
  world.advance(1)
  await enqueue(world)
  world.advance(5 * 60)
  await enqueue(world)
  expect(await countJobs(world)).toMatchObject({ tokens: 1, sessions: 2, messages: 1 })
  world.advance(5 * 60)
  await enqueue(world)
  expect(await countJobs(world)).toMatchObject({ tokens: 2, sessions: 2, messages: 1 })
  world.advance(55 * 60)
  await enqueue(world)
  expect(await countJobs(world)).toMatchObject({ tokens: 3, sessions: 3, messages: 2 })
  // To a second before 13:35, and over it.
  world.advance(30 * 60 - 2)
  await enqueue(world)
  expect(await countJobs(world)).toMatchObject({ messages: 2 })
  world.advance(2)
  await enqueue(world)
  expect(await countJobs(world)).toMatchObject({ messages: 3 })
})

test('what was missed while nobody worked is made up for once', async () => {
  const world = await openWorld()
  await enqueue(world)
  world.advance(3 * 86_400)
  await enqueue(world)
  expect(await countJobs(world)).toEqual({ tokens: 2, sessions: 2, messages: 2, all: 6 })
})
