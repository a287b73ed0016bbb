import { expect, test } from 'bun:test'
import { queueLogInMail, queueVerificationMail } from '#features/accounts/mail-queries'
import { eventValues } from '#features/audit/event-values'
import { completed } from '#features/jobs/contract'
import { enqueueScheduled } from '#features/jobs/queries'
import { address, openWorld, place, start, type World } from '../../platform'
import { userAgent } from '../../platform/calls'
import { deferred, endWaits, listRecords, listUnfinished, queueMail, workNext, workOne, workTo } from './queue'

const values = (world: World) => {
  const ctx = world.contextOf({ kind: 'anonymous' })
  return { ...eventValues(ctx), jobId: ctx.ids.next(), email: 'nobody@example.com' }
}

/** Works everything that is due; says which queues had their turn, in order. */
const workAll = async (world: World): Promise<string[]> => {
  const order: string[] = []
  const note = async (ctx: { actor: { job: string } }) => {
    order.push(ctx.actor.job)
    return completed
  }
  const handlers = {
    'send-log-in-mail': note,
    'send-reset-mail': note,
    'send-verification-mail': note,
    'delete-expired-tokens': note,
  }
  while (await workNext(world, handlers));
  return order
}

test('a job is worked once, and then there is none', async () => {
  const world = await openWorld()
  await queueMail(world)
  expect(await workTo(world, completed)).toBe(true)
  expect(await listRecords(world)).toMatchObject([{ state: 'completed' }])
  expect(await workTo(world, completed)).toBe(false)
})

test('a handler gets its payload, the request that caused the job, and acts as the system', async () => {
  const world = await openWorld()
  const jobId = await queueMail(world, 'ada@example.com')
  const [record] = await listRecords(world)
  const cause = Object(Object(record?.data).cause)
  world.advance(60)
  await workOne(world, async (ctx, payload) => {
    expect(payload).toEqual({ email: 'ada@example.com' })
    expect(ctx.actor).toEqual({ kind: 'system', job: 'send-reset-mail' })
    expect(ctx.request).toEqual({
      id: String(cause.requestId),
      ipAddress: address,
      userAgent,
      place,
      traceparent: null,
    })
    expect(ctx.job).toEqual({ id: jobId, causedAt: start, isLastTry: false })
    return completed
  })
  expect(await listUnfinished(world)).toEqual([])
})

test('the queue of the highest priority goes first, whatever came first', async () => {
  const world = await openWorld()
  const slot = { slot: 'now' }
  await enqueueScheduled('delete-expired-tokens')(world.db, { ...values(world), ...slot })
  await queueMail(world)
  await queueLogInMail(world.db, values(world))
  await queueVerificationMail(world.db, values(world))
  await queueLogInMail(world.db, values(world))
  const [first, second, third, fourth, last] = await workAll(world)
  expect([first, second, last]).toEqual(['send-log-in-mail', 'send-log-in-mail', 'delete-expired-tokens'])
  expect([third, fourth].toSorted()).toEqual(['send-reset-mail', 'send-verification-mail'])
})

test('within a queue a higher priority goes first, then who has waited longest', async () => {
  const world = await openWorld()
  const ids: string[] = []
  for (const _ of [1, 2, 3]) ids.push(await queueMail(world))
  const urgent = await queueMail(world)
  await world.db.run('update pgboss.job set priority = 99 where id = $1', [urgent], 'objects')
  const worked: string[] = []
  const note = async (ctx: { job: { id: string } }) => {
    worked.push(ctx.job.id)
    return completed
  }
  while (await workOne(world, note));
  expect(worked).toEqual([urgent, ...ids])
})

test('a job that waits for its retry does not hold up the next', async () => {
  const world = await openWorld()
  const poison = await queueMail(world)
  const next = await queueMail(world)
  await workTo(world, { ...deferred, retryAfterSeconds: 600 })
  await workOne(world, async (ctx) => {
    expect(ctx.job.id).toBe(next)
    return completed
  })
  expect(await listUnfinished(world)).toMatchObject([{ id: poison, state: 'retry' }])
})

test('a payload that is not one of its queue makes a dead letter, and no handler sees it', async () => {
  const world = await openWorld()
  for (const data of [
    '{"payload": {"email": 7}}',
    '{"payload": {}, "cause": {}}',
    '[]',
    'null',
    '{"email": "a@b.cd"}',
  ]) {
    await queueMail(world)
    await world.db.run("update pgboss.job set data = $1::text::jsonb where state = 'created'", [data], 'objects')
    let seen = false
    await workOne(world, async () => {
      seen = true
      return completed
    })
    expect(seen).toBe(false)
    const reason = 'The payload is not one of this queue.'
    expect((await listRecords(world)).filter(({ state }) => state === 'failed')).toMatchObject([{ output: { reason } }])
    await world.db.run('delete from pgboss.job', [], 'objects')
  }
})

test('a payload with a member too many is not one of its queue', async () => {
  const world = await openWorld()
  await queueMail(world)
  const more = `update pgboss.job set data = jsonb_set(data, '{payload,role}', '"administrator"')`
  await world.db.run(more, [], 'objects')
  await workTo(world, completed)
  expect(await listRecords(world)).toMatchObject([{ state: 'failed' }, { name: 'dead-letters' }])
})

test('a job that two workers try to fetch goes to one', async () => {
  const world = await openWorld()
  await queueMail(world)
  let worked = 0
  const count = async () => {
    worked += 1
    return completed
  }
  const found = await Promise.all(Array.from({ length: 8 }, () => workOne(world, count)))
  expect(found.filter(Boolean)).toHaveLength(1)
  expect(worked).toBe(1)
})

test('twenty jobs and eight workers: each job is worked once', async () => {
  const world = await openWorld()
  const ids = await Promise.all(Array.from({ length: 20 }, () => queueMail(world)))
  const worked: string[] = []
  const note = async (ctx: { job: { id: string } }) => {
    worked.push(ctx.job.id)
    return completed
  }
  const drain = async () => {
    while ((await listUnfinished(world)).length > 0) await workOne(world, note)
  }
  await Promise.all(Array.from({ length: 8 }, drain))
  expect(worked.toSorted()).toEqual(ids.toSorted())
})

test('what became of each job is logged, and nothing of its payload', async () => {
  const world = await openWorld()
  const jobId = await queueMail(world, 'ada@example.com')
  await workTo(world, { state: 'deferred', reason: 'not now', retryAfterSeconds: 7 })
  await endWaits(world)
  await workTo(world, completed)
  const effort = { durationMs: 0, waits: 0, statements: 0 }
  const common = { message: 'job', requestId: expect.any(String), queue: 'send-reset-mail', jobId, ...effort }
  expect(world.logs).toEqual([
    { ...common, level: 'warn', try: 1, state: 'deferred', reason: 'not now', retryAfterSeconds: 7 },
    { ...common, level: 'info', try: 2, state: 'completed' },
  ])
})
