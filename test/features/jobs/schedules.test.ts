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
    enrolments: countOf('delete-unfinished-enrolments'),
    logIns: countOf('delete-lost-log-ins'),
    refreshes: countOf('refresh-provider-tokens'),
    seals: countOf('renew-seals'),
    personalParts: countOf('destroy-old-personal-parts'),
    attributes: countOf('migrate-attributes'),
    blobs: countOf('delete-dropped-blobs'),
    operations: countOf('delete-old-operations'),
    refusals: countOf('delete-old-refusals'),
    erasures: countOf('begin-due-erasures'),
    exports: countOf('expire-exports'),
    invitations: countOf('delete-old-invitations'),
    domains: countOf('recheck-domains'),
    auditSeals: countOf('seal-audit-record'),
    auditMonths: countOf('maintain-audit-record'),
    all: names.length,
  }
}

/** As many jobs of each scheduled queue. */
const eachOf = (times: number) => ({
  tokens: times,
  sessions: times,
  messages: times,
  answers: times,
  failures: times,
  enrolments: times,
  logIns: times,
  refreshes: times,
  seals: times,
  personalParts: times,
  attributes: times,
  blobs: times,
  operations: times,
  refusals: times,
  erasures: times,
  exports: times,
  invitations: times,
  domains: times,
  auditSeals: times,
  auditMonths: times,
  all: 20 * times,
})

test('each time of a schedule is queued once, however many workers try and how often', async () => {
  const world = await openWorld()
  await Promise.all(Array.from({ length: 8 }, () => enqueue(world)))
  await enqueue(world)
  expect(await countJobs(world)).toEqual(eachOf(1))
})

test('a time that was queued is not queued again when its job is done', async () => {
  const world = await openWorld()
  await enqueue(world)
  await world.settle()
  await enqueue(world)
  expect((await listRecords(world)).map(({ state }) => state)).toEqual(Array(20).fill('completed'))
})

test('erasures are looked for and the record is sealed every minute, its months are looked at every day, tokens go every ten, those of providers are looked at every five, all else every hour, apart from each other', async () => {
  const world = await openWorld()
  const counts: object[] = []
  // The clock stands at noon.
  world.advance(1)
  for (const minutes of [0, 5, 5, 5, 10, 9, 1, 10, 5, 14, 1]) {
    world.advance(minutes * 60)
    await enqueue(world)
    const { all: _, ...counted } = await countJobs(world)
    counts.push([world.clock.now().toISOString().slice(11, 16), ...Object.values(counted)])
  }
  expect(counts).toEqual([
    // tokens, sessions, messages, answers, failures, enrolments, log-ins, refreshes, seals, personal parts, attributes, blobs, operations, refusals, erasures, exports, invitations, domains, seals of the record, its months
    ['12:00', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    ['12:05', 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 2, 1],
    ['12:10', 2, 2, 1, 1, 1, 1, 1, 3, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 3, 1],
    ['12:15', 2, 2, 1, 2, 1, 1, 1, 4, 1, 1, 2, 1, 1, 1, 4, 2, 1, 1, 4, 1],
    ['12:25', 3, 2, 1, 2, 2, 1, 1, 5, 1, 2, 3, 1, 1, 2, 5, 2, 1, 1, 5, 1],
    ['12:34', 4, 2, 1, 2, 2, 1, 1, 6, 1, 2, 4, 1, 2, 2, 6, 2, 2, 1, 6, 1],
    ['12:35', 4, 2, 2, 2, 2, 1, 1, 6, 1, 2, 4, 1, 2, 2, 7, 2, 2, 1, 7, 1],
    ['12:45', 5, 2, 2, 2, 2, 2, 1, 7, 1, 2, 5, 2, 2, 2, 8, 2, 2, 1, 8, 1],
    ['12:50', 6, 2, 2, 2, 2, 2, 1, 8, 2, 2, 6, 2, 2, 2, 9, 2, 2, 2, 9, 1],
    ['13:04', 7, 2, 2, 2, 2, 2, 2, 9, 2, 2, 7, 2, 2, 2, 10, 2, 2, 2, 10, 1],
    ['13:05', 7, 3, 2, 2, 2, 2, 2, 9, 2, 2, 7, 2, 2, 2, 11, 2, 2, 2, 11, 1],
  ])
})

test('what was missed while nobody worked is made up for once', async () => {
  const world = await openWorld()
  await enqueue(world)
  world.advance(3 * 86_400)
  await enqueue(world)
  expect(await countJobs(world)).toEqual(eachOf(2))
})
