import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { queues } from '#core/queues'
import { type Placeholders, statement } from '#db/statement'
import { type EventValues, eventValues } from '#features/audit/event-values'
import { enqueueJob, type JobOf } from '#features/jobs/fragments'
import { address, openWorld, type World } from '../../platform'
import { userAgent } from '../../platform/calls'
import { databaseTime, listRecords, queueMail, workTo } from './queue'

type Values = EventValues & { jobId: string; key: string }

/** A statement that queues a reset mail in a way of its own, and its run. */
const queueing = (others: (value: Placeholders<Values>) => Partial<JobOf<'send-reset-mail'>>) => {
  const run = statement<Values, never>('queueing', (value) =>
    enqueueJob(value, {
      queue: 'send-reset-mail',
      id: value.jobId,
      from: sql`(select 1) once`,
      payload: { email: sql`'nobody@example.com'` },
      ...others(value),
    }),
  )
  return (world: World, key = '') => {
    const ctx = world.contextOf({ kind: 'anonymous' })
    return run(world.db, { ...eventValues(ctx), jobId: ctx.ids.next(), key })
  }
}

test('a job holds its payload, and the request that caused it', async () => {
  const world = await openWorld()
  const headers = { 'x-request-id': 'request-of-this-test' }
  await world.send('POST /v1/auth/password/forgot', { json: { email: ' Ada@Example.com' }, headers })
  expect(await listRecords(world)).toMatchObject([
    {
      name: 'send-reset-mail',
      state: 'created',
      priority: 20,
      retryCount: 0,
      retryLimit: queues['send-reset-mail'].retryLimit,
      data: {
        payload: { email: 'ada@example.com' },
        cause: { requestId: 'request-of-this-test', ipAddress: address, userAgent },
      },
    },
  ])
  const [record] = await listRecords(world)
  const at = String(Object(Object(record?.data).cause).at)
  expect(new Date(at)).toEqual(world.clock.now())
})

test('a job carries the policy of its queue, since a row takes nothing from it', async () => {
  const world = await openWorld()
  await queueMail(world)
  const columns = 'retry_limit, retry_delay, retry_delay_max, retry_backoff, expire_seconds, deletion_seconds, policy'
  const from = (table: string, condition: string) =>
    world.db.run(`select ${columns}, dead_letter from pgboss.${table} where ${condition}`, [], 'objects')
  expect(await from('job', 'true')).toEqual(await from('queue', "name = 'send-reset-mail'"))
})

test('a job is due at once, and is given up when its queue says so', async () => {
  const world = await openWorld()
  const from = await databaseTime(world)
  await queueMail(world)
  const to = await databaseTime(world)
  const [record] = await listRecords(world)
  const retentionMs = queues['send-reset-mail'].retentionSeconds * 1000
  expect(record?.startAfter.getTime()).toBeWithin(from, to + 1)
  expect(record?.keepUntil.getTime()).toBeWithin(from + retentionMs, to + retentionMs + 1)
})

test('a job that is delayed is not worked before its time', async () => {
  const world = await openWorld()
  const from = await databaseTime(world)
  await queueing(() => ({ delaySeconds: 90 }))(world)
  const to = await databaseTime(world)
  const [record] = await listRecords(world)
  expect(record?.startAfter.getTime()).toBeWithin(from + 90_000, to + 90_001)
  expect(await workTo(world, { state: 'completed' })).toBe(false)
  expect(await world.platform.jobs.fetch('send-reset-mail')).toBeUndefined()
})

test('each row causes a job, and no row none', async () => {
  const world = await openWorld()
  await queueing(() => ({ id: sql`gen_random_uuid()`, from: sql`generate_series(1, 3)` }))(world)
  expect(await listRecords(world)).toHaveLength(3)
  await queueing(() => ({ from: sql`(select 1 where false) nothing` }))(world)
  expect(await listRecords(world)).toHaveLength(3)
})

test('of jobs with one idempotency key the first is kept, also when it is done; another key is another job', async () => {
  const world = await openWorld()
  const queue = queueing(({ key }) => ({ idempotencyKey: sql`${key}::text` }))
  await queue(world, 'one')
  const [first] = await listRecords(world)
  await queue(world, 'one')
  expect(await listRecords(world)).toMatchObject([{ id: first?.id }])
  await workTo(world, { state: 'completed' })
  await queue(world, 'one')
  expect(await listRecords(world)).toMatchObject([{ id: first?.id, state: 'completed' }])
  await queue(world, 'two')
  expect(await listRecords(world)).toHaveLength(2)
})

test('of sixteen that queue one key at once, one does', async () => {
  const world = await openWorld()
  const queue = queueing(({ key }) => ({ idempotencyKey: sql`${key}::text` }))
  await Promise.all(Array.from({ length: 16 }, () => queue(world, 'one')))
  expect(await listRecords(world)).toHaveLength(1)
})

test('jobs without a key are never taken for one another', async () => {
  const world = await openWorld()
  await Promise.all(Array.from({ length: 5 }, () => queueMail(world)))
  expect(await listRecords(world)).toHaveLength(5)
})

test('what is rolled back leaves no job', async () => {
  const world = await openWorld()
  const rolledBack = world.db.transaction(async (tx) => {
    const ctx = { ...world.contextOf({ kind: 'anonymous' }), db: tx }
    await queueMail({ ...world, db: { ...world.db, ...tx }, contextOf: () => ctx })
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  expect(await listRecords(world)).toEqual([])
})
