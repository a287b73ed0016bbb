import { expect, test } from 'bun:test'
import { defineProblem } from '#core/problem'
import { queues } from '#core/queues'
import { completed, type JobOutcome } from '#features/jobs/contract'
import { openWorld, type World } from '../../platform'
import { databaseTime, deferred, endWaits, listRecords, listUnfinished, queueMail, workOne, workTo } from './queue'

const { retryLimit, retryDelaySeconds, retryDelayMaxSeconds } = queues['send-reset-mail']

/** Works the one job to this end; says between how many seconds it waits for its next try. */
const waitAfter = async (world: World, outcome: JobOutcome) => {
  const from = await databaseTime(world)
  await workTo(world, outcome)
  const to = await databaseTime(world)
  const [record] = await listUnfinished(world)
  expect(record?.state).toBe('retry')
  const at = record?.startAfter.getTime() ?? Number.NaN
  return { most: (at - from) / 1000, least: (at - to) / 1000 }
}

/** As if the job had been tried so often. */
const setTries = (world: World, count: number) =>
  world.db.run('update pgboss.job set retry_count = $1::integer - 1, started_on = now()', [count], 'objects')

test('each retry waits about twice as long as the one before, with jitter, up to a limit', async () => {
  const world = await openWorld()
  await queueMail(world)
  const waits: { least: number; base: number }[] = []
  for (let tries = 0; tries < 12; tries += 1) {
    const base = Math.min(retryDelaySeconds * 2 ** tries, retryDelayMaxSeconds)
    const { least, most } = await waitAfter(world, deferred)
    expect(most).toBeGreaterThanOrEqual(base)
    expect(least).toBeLessThanOrEqual(Math.min(2 * base, retryDelayMaxSeconds))
    waits.push({ least, base })
    await endWaits(world)
  }
  const shares = waits.filter(({ base }) => base < retryDelayMaxSeconds).map(({ least, base }) => least / base)
  expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(0.05)
})

test('a Retry-After is waited for when it is longer than the job’s own wait, and only then', async () => {
  const world = await openWorld()
  await queueMail(world)
  const long = await waitAfter(world, { ...deferred, retryAfterSeconds: 600 })
  expect(long.most).toBeGreaterThanOrEqual(600)
  expect(long.least).toBeLessThanOrEqual(600)
  await setTries(world, 9)
  await endWaits(world)
  const short = await waitAfter(world, { ...deferred, retryAfterSeconds: 1 })
  expect(short.most).toBeGreaterThanOrEqual(512)
})

test('a Retry-After holds up its own job only', async () => {
  const world = await openWorld()
  const other = await queueMail(world)
  await workTo(world, { ...deferred, retryAfterSeconds: 300 })
  const [before] = await listUnfinished(world)
  await queueMail(world)
  await workTo(world, { ...deferred, retryAfterSeconds: 600 })
  expect((await listUnfinished(world)).find(({ id }) => id === other)).toEqual(before)
})

test('a handler is told which try is the last, and after it the job is a dead letter with the reason', async () => {
  const world = await openWorld()
  const jobId = await queueMail(world, 'ada@example.com')
  const lastTries: boolean[] = []
  const fail = () =>
    workOne(world, async ({ job }) => {
      lastTries.push(job.isLastTry)
      return { state: 'deferred', reason: `failure ${lastTries.length}`, retryAfterSeconds: 30 }
    })
  await fail()
  await setTries(world, retryLimit - 1)
  for (const _ of ['the last but one', 'the last']) {
    await endWaits(world)
    expect(await fail()).toBe(true)
  }
  expect(lastTries).toEqual([false, false, true])
  await endWaits(world)
  expect(await fail()).toBe(false)
  const [failed, letter] = await listRecords(world)
  expect(failed).toMatchObject({ id: jobId, state: 'failed', output: { reason: 'failure 3' } })
  expect(letter).toMatchObject({
    name: 'dead-letters',
    state: 'created',
    data: { payload: { email: 'ada@example.com' } },
  })
  expect(letter).toMatchObject({ sourceId: jobId, sourceName: 'send-reset-mail' })
})

test('a job is tried once and then as often as its queue retries', async () => {
  const world = await openWorld()
  await queueMail(world)
  let tries = 0
  const fail = async () => {
    tries += 1
    return deferred
  }
  while (await workOne(world, fail)) await endWaits(world)
  expect(tries).toBe(retryLimit + 1)
})

test('a job that is rejected is a dead letter at once, with the reason, and holds up nobody', async () => {
  const world = await openWorld()
  const jobId = await queueMail(world)
  const next = await queueMail(world)
  await workTo(world, { state: 'rejected', reason: 'never' })
  expect(await listRecords(world)).toMatchObject([
    { id: jobId, state: 'failed', output: { reason: 'never' } },
    { id: next, state: 'created' },
    { name: 'dead-letters', state: 'created', sourceId: jobId },
  ])
  expect(await workTo(world, completed)).toBe(true)
  expect(await workTo(world, completed)).toBe(false)
})

const overloaded = defineProblem('test-problem', 503, 'A title.')

for (const [what, error, reason] of [
  ['an error', new TypeError('undefined is no function'), 'TypeError: undefined is no function'],
  ['an error around another', new Error('outer', { cause: new RangeError('inner') }), 'RangeError: inner'],
  ['a problem', overloaded({ detail: 'public' }), 'Problem: test_problem: public'],
  ['a problem with a cause', overloaded({ cause: new Error('no answer') }), 'no answer'],
  ['no error', 'a secret', 'Something was thrown that is no error.'],
] as const) {
  test(`a handler that throws ${what} is tried again, and its text is kept without a stack`, async () => {
    const world = await openWorld()
    await queueMail(world)
    await workOne(world, async () => {
      throw error
    })
    expect(await listRecords(world)).toMatchObject([{ state: 'retry', output: { reason } }])
    expect(world.logs).toMatchObject([{ level: 'warn', message: 'job', state: 'deferred', reason }])
    expect(JSON.stringify([world.logs, await listRecords(world)])).not.toContain('secret')
    expect(JSON.stringify(await listRecords(world))).not.toContain('retries.test')
  })
}

test('a statement that Postgres refuses leaves none of its values in the queue or the log', async () => {
  const world = await openWorld()
  await queueMail(world)
  await workOne(world, async (ctx) => {
    await ctx.db.run('select $1::text::uuid', ['a-value-of-a-person'], 'objects')
    return completed
  })
  const [record] = await listRecords(world)
  expect(record?.output).toEqual({ reason: 'Postgres refused a statement: 22P02' })
  expect(JSON.stringify([world.logs, record])).not.toContain('a-value-of-a-person')
})
