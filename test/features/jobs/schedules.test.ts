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
    answers: countOf('delete-expired-answers'),
    failures: countOf('delete-old-failures'),
    all: names.length,
  }
}

test('each time of a schedule is queued once, however many workers try and how often', async () => {
  const world = await openWorld()
  await Promise.all(Array.from({ length: 8 }, () => enqueue(world)))
  await enqueue(world)
  expect(await countJobs(world)).toEqual({ tokens: 1, sessions: 1, messages: 1, answers: 1, failures: 1, all: 5 })
})

test('a time that was queued is not queued again when its job is done', async () => {
  const world = await openWorld()
  await enqueue(world)
  await world.settle()
  await enqueue(world)
  expect((await listRecords(world)).map(({ state }) => state)).toEqual(Array(5).fill('completed'))
})

test('tokens go every ten minutes, all else every hour, apart from each other', async () => {
  const world = await openWorld()
  const counts: object[] = []
  // The clock stands at noon.
  world.advance(1)
  for (const minutes of [0, 5, 5, 5, 10, 9, 1, 29, 1]) {
    world.advance(minutes * 60)
    await enqueue(world)
    const { tokens, sessions, messages, answers, failures } = await countJobs(world)
    counts.push([world.clock.now().toISOString().slice(11, 16), tokens, sessions, messages, answers, failures])
  }
  expect(counts).toEqual([
    ['12:00', 1, 1, 1, 1, 1],
    ['12:05', 1, 2, 1, 1, 1],
    ['12:10', 2, 2, 1, 1, 1],
    ['12:15', 2, 2, 1, 2, 1],
    ['12:25', 3, 2, 1, 2, 2],
    ['12:34', 4, 2, 1, 2, 2],
    ['12:35', 4, 2, 2, 2, 2],
    ['13:04', 5, 2, 2, 2, 2],
    ['13:05', 5, 3, 2, 2, 2],
  ])
})

test('what was missed while nobody worked is made up for once', async () => {
  const world = await openWorld()
  await enqueue(world)
  world.advance(3 * 86_400)
  await enqueue(world)
  expect(await countJobs(world)).toEqual({ tokens: 2, sessions: 2, messages: 2, answers: 2, failures: 2, all: 10 })
})
