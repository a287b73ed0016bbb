import { expect, test } from 'bun:test'
import { completed } from '#features/jobs/contract'
import { discardDeadLetters } from '#features/jobs/discard-dead-letters'
import { listJobs } from '#features/jobs/list-jobs'
import { retryDeadLetters } from '#features/jobs/retry-dead-letters'
import { showJob } from '#features/jobs/show-job'
import { openWorld, start, type World } from '../../platform'
import { deferred, listRecords, listUnfinished, queueMail, workOne, workTo } from './queue'

const contextOf = (world: World) => ({
  ...world.platform,
  ...world.contextOf({ kind: 'system', job: 'postern jobs' }),
})

/** Makes a dead letter. @returns the id it has as one */
const bury = async (world: World, email: string): Promise<string> => {
  const sourceId = await queueMail(world, email)
  await workTo(world, { state: 'rejected', reason: `no ${email.length}` })
  const letter = (await listRecords(world)).find((record) => record.sourceId === sourceId)
  return String(letter?.id)
}

/** Dead letters in a number that takes too long to come by in the usual way. */
const copyLetter = (world: World, id: string, copies: number) =>
  world.db.run(
    `insert into pgboss.job (name, data, priority, source_name, source_id, source_output, created_on)
    select name, data, priority, source_name, source_id, source_output, created_on + make_interval(secs => copy)
    from pgboss.job, generate_series(1, $2::integer) copy where id = $1`,
    [id, copies],
    'objects',
  )

test('dead letters are listed with where they came from and why, oldest first, apart from jobs that wait', async () => {
  const world = await openWorld()
  const first = await bury(world, 'one@example.com')
  const second = await bury(world, 'second@example.com')
  const retrying = await queueMail(world)
  await workTo(world, { ...deferred, retryAfterSeconds: 600 })
  const done = await queueMail(world)
  await workTo(world, completed)
  const waiting = await queueMail(world)
  const ctx = contextOf(world)
  const letter = { queue: 'send-reset-mail', state: 'created', isDead: true }
  const dead = [
    { ...letter, id: first, failure: 'no 15' },
    { ...letter, id: second, failure: 'no 18' },
  ]
  expect(await listJobs(ctx, { onlyDead: true })).toMatchObject(dead)
  const all = await listJobs(ctx, { onlyDead: false })
  expect(all).toMatchObject([
    ...dead,
    { id: retrying, queue: 'send-reset-mail', state: 'retry', isDead: false, failure: 'a test' },
    { id: waiting, state: 'created', isDead: false, retryCount: 0, failure: null },
  ])
  expect(all.map(({ id }) => id)).not.toContain(done)
  expect(all[2]?.dueAt.getTime()).toBeGreaterThan(all[2]?.createdAt.getTime() ?? Number.NaN)
})

test('a job is shown with what it was given, in any state; an unknown one is not found', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  const jobId = await queueMail(world, 'ada@example.com')
  const given = { data: { payload: { email: 'ada@example.com' }, cause: { requestId: expect.any(String) } } }
  expect(await showJob(ctx, jobId)).toMatchObject({ id: jobId, state: 'created', ...given })
  await workTo(world, completed)
  expect(await showJob(ctx, jobId)).toMatchObject({ id: jobId, state: 'completed', isDead: false, ...given })
  const letter = await bury(world, 'ada@example.com')
  expect(await showJob(ctx, letter)).toMatchObject({ id: letter, isDead: true, queue: 'send-reset-mail', ...given })
  await expect(showJob(ctx, ctx.ids.next())).rejects.toMatchObject({ definition: { code: 'not_found' } })
})

test('a dead letter that is sent back is another job with the same payload and cause, and all tries before it', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  const letter = await bury(world, 'ada@example.com')
  const other = await bury(world, 'other@example.com')
  const [source] = await listRecords(world)
  expect(await retryDeadLetters(ctx, letter)).toBe(1)
  const [kept, again, ...more] = (await listUnfinished(world)).toSorted((a, b) => a.name.localeCompare(b.name))
  expect(more).toEqual([])
  expect(kept).toMatchObject({ id: other })
  expect(again).toMatchObject({ name: 'send-reset-mail', state: 'created', retryCount: 0, data: source?.data })
  expect(again?.retryLimit).toBeGreaterThan(5)
  expect(again?.priority).toBe(20)
  expect([source?.id, letter]).not.toContain(again?.id)
  await workOne(world, async (job, payload) => {
    expect(payload).toEqual({ email: 'ada@example.com' })
    expect(job.job).toEqual({ id: String(again?.id), causedAt: start, isLastTry: false })
    return completed
  })
  expect(await listUnfinished(world)).toMatchObject([{ id: other }])
})

test('all dead letters are sent back, and one that fails again is a dead letter again', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  for (const email of ['one@example.com', 'two@example.com', 'three@example.com']) await bury(world, email)
  expect(await retryDeadLetters(ctx, undefined)).toBe(3)
  expect(await listJobs(ctx, { onlyDead: true })).toEqual([])
  await workTo(world, { state: 'rejected', reason: 'again' })
  expect(await listJobs(ctx, { onlyDead: true })).toMatchObject([{ queue: 'send-reset-mail', failure: 'again' }])
  expect(await retryDeadLetters(ctx, ctx.ids.next())).toBe(0)
})

test('all means all, also where there are thousands', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  await copyLetter(world, await bury(world, 'one@example.com'), 1_100)
  expect(await retryDeadLetters(ctx, undefined)).toBe(1_101)
  expect(await listJobs(ctx, { onlyDead: true })).toEqual([])
})

test('a discarded dead letter is gone, and the others stay', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  const letter = await bury(world, 'one@example.com')
  const other = await bury(world, 'two@example.com')
  const waiting = await queueMail(world)
  expect(await discardDeadLetters(ctx, letter)).toBe(1)
  expect((await listUnfinished(world)).map(({ id }) => id).toSorted()).toEqual([other, waiting].toSorted())
  expect(await discardDeadLetters(ctx, letter)).toBe(0)
  expect(await discardDeadLetters(ctx, waiting)).toBe(0)
  expect(await discardDeadLetters(ctx, undefined)).toBe(1)
  expect(await listUnfinished(world)).toMatchObject([{ id: waiting }])
})

test('any dead letter may be discarded, however many came before it, and all of them in several batches', async () => {
  const world = await openWorld()
  const ctx = contextOf(world)
  await copyLetter(world, await bury(world, 'one@example.com'), 210)
  const newest = (await listUnfinished(world)).at(-1)
  expect(await discardDeadLetters(ctx, String(newest?.id))).toBe(1)
  expect(await listUnfinished(world)).toHaveLength(210)
  expect(await discardDeadLetters(ctx, undefined)).toBe(210)
  expect(await listUnfinished(world)).toEqual([])
})
