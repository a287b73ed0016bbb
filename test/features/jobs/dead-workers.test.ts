import { expect, test } from 'bun:test'
import { queues } from '#core/queues'
import { completed } from '#features/jobs/contract'
import { listJobs } from '#features/jobs/list-jobs'
import { openWorld } from '../../platform'
import { age, endWaits, fetchJob, listRecords, listUnfinished, queueMail, workOne, workTo } from './queue'

const { expireSeconds, retryLimit } = queues['send-reset-mail']

test('what a dead worker held is taken back when its time is up, and not before', async () => {
  const world = await openWorld()
  const { jobs } = world.platform
  const jobId = await queueMail(world)
  await fetchJob(world)
  await age(world, expireSeconds - 5)
  await jobs.maintain()
  expect(await listRecords(world)).toMatchObject([{ id: jobId, state: 'active' }])
  await age(world, 6)
  await jobs.maintain()
  expect(await listRecords(world)).toMatchObject([{ id: jobId, state: 'retry' }])
  await endWaits(world)
  await workOne(world, async ({ job }) => {
    expect(job.id).toBe(jobId)
    return completed
  })
  expect(await listRecords(world)).toMatchObject([{ state: 'completed', retryCount: 1 }])
})

test('a worker that comes late completes, retries and buries nothing of who has the job now', async () => {
  const world = await openWorld()
  const { jobs } = world.platform
  await queueMail(world)
  const late = await fetchJob(world)
  await age(world, expireSeconds + 1)
  await jobs.maintain()
  await endWaits(world)
  await fetchJob(world)
  const before = await listRecords(world)
  expect(before).toMatchObject([{ state: 'active', retryCount: 1 }])
  await jobs.complete(late)
  expect(await listRecords(world)).toEqual(before)
  await jobs.retry(late, 'late', 600)
  expect(await listRecords(world)).toEqual(before)
  await jobs.bury(late, 'late')
  expect(await listRecords(world)).toEqual(before)
})

test('a worker that comes late changes nothing while the job waits for its next try', async () => {
  const world = await openWorld()
  const { jobs } = world.platform
  await queueMail(world)
  const late = await fetchJob(world)
  await age(world, expireSeconds + 1)
  await jobs.maintain()
  const before = await listRecords(world)
  expect(before).toMatchObject([{ state: 'retry' }])
  await jobs.complete(late)
  await jobs.bury(late, 'late')
  await jobs.retry(late, 'late', 600)
  expect(await listRecords(world)).toEqual(before)
})

test('a job whose worker dies each time ends as a dead letter that says so, and the next one has its turn', async () => {
  const world = await openWorld()
  const poison = await queueMail(world)
  const next = await queueMail(world)
  await world.db.run(
    'update pgboss.job set retry_count = $1::integer, started_on = now() where id = $2',
    [retryLimit - 1, poison],
    'objects',
  )
  expect((await fetchJob(world)).id).toBe(poison)
  await age(world, expireSeconds + 1)
  await world.platform.jobs.maintain()
  expect(await listUnfinished(world)).toMatchObject([{ id: next }, { name: 'dead-letters', sourceId: poison }])
  const letters = await listJobs(world.contextOf({ kind: 'anonymous' }), { onlyDead: true })
  expect(letters).toMatchObject([{ queue: 'send-reset-mail', isDead: true, failure: expect.stringMatching(/time/) }])
  expect(await workTo(world, completed)).toBe(true)
})

test('two that maintain at once take a job back once', async () => {
  const world = await openWorld()
  await queueMail(world)
  await fetchJob(world)
  await age(world, expireSeconds + 1)
  await Promise.all([world.platform.jobs.maintain(), world.platform.jobs.maintain()])
  expect(await listRecords(world)).toMatchObject([{ state: 'retry', retryCount: 0 }])
})
