import { afterEach, expect, test } from 'bun:test'
import * as z from 'zod'
import type { JobContext } from '#core/context'
import { streamAuditRecord } from '#features/audit-trail/stream-audit-record'
import { enqueueDueSchedules } from '#features/jobs/enqueue-due-schedules'
import { createSyslog } from '#platform/syslog-bun'
import { openWorld, type TestSettings, type World } from '../../platform'
import { newWebhookSecret, signCall } from '../../support/svix'
import { startSyslogReceiver } from '../../support/syslog-receiver'
import { startWebhookReceiver } from '../../support/webhook-receiver'
import { listEvents } from '../audit/events'
import { diesAfter, mortalContext } from '../data-rights/deaths'
import { listRecords } from '../jobs/queue'
import { grace, registerAndLogIn } from '../people'
import { completeRecord } from './sealed-world'
import { writeRecords } from './written-records'

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const secret = newWebhookSecret()

/** A world whose record goes to a webhook and to a syslog server. */
const openStreamedWorld = async (settings: TestSettings = {}) => {
  const webhook = startWebhookReceiver()
  const syslog = await startSyslogReceiver()
  stops.push(webhook.stop, syslog.stop)
  const plain = await openWorld()
  const world = plain.startAnother(
    { AUDIT_WEBHOOK_URL: webhook.url, AUDIT_WEBHOOK_SECRET: secret, PROVIDER_TIMEOUT_SECONDS: '1', ...settings },
    { syslog: createSyslog(`tcp://127.0.0.1:${syslog.port}`, { timeoutMs: 1000 }) },
  )
  return { world, webhook, syslog }
}

const stream = async (world: World) => {
  await completeRecord(world)
  await streamAuditRecord(jobContext(world))
}

const jobContext = (world: World) => ({
  ...world.contextOf({ kind: 'system', job: 'stream-audit-record' }),
  ...world.platform,
  actor: { kind: 'system' as const, job: 'stream-audit-record' },
  job: { id: crypto.randomUUID(), causedAt: world.clock.now(), isLastTry: false },
})

const Line = z.object({ id: z.uuid(), position: z.int(), type: z.string() })

const linesIn = (calls: { body: string }[]) =>
  calls.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => Line.parse(JSON.parse(line))),
  )

const positionsIn = (calls: { body: string }[]) => linesIn(calls).map(({ position }) => position)

const Streams = z.array(
  z.object({ destination: z.string(), position: z.coerce.number(), failure: z.string().nullable() }),
)

const streamsOf = async (world: World) =>
  Streams.parse(
    await world.db.run('select destination, position, failure from audit_stream order by destination', [], 'objects'),
  )

const positionsOf = async (world: World) =>
  (await listEvents(world)).map(({ position }) => Number(position)).toSorted((a, b) => a - b)

test('what is recorded goes to both, in order, signed, each once as long as all goes well', async () => {
  const { world, webhook, syslog } = await openStreamedWorld()
  await registerAndLogIn(world, grace)
  await stream(world)
  const [call] = webhook.calls()
  expect(positionsIn(webhook.calls())).toEqual(await positionsOf(world))
  const { 'webhook-id': id = '', 'webhook-timestamp': at = '', 'webhook-signature': signature } = call?.headers ?? {}
  expect(signature).toBe(await signCall(secret, id, at, call?.body ?? ''))
  expect(at).toBe(String(world.clock.now().getTime() / 1000))
  expect(call?.headers['content-type']).toBe('application/x-ndjson')
  const messages = syslog.messages()
  expect(messages.length).toBe((await positionsOf(world)).length)
  expect(messages.find((message) => message.includes('account.registered'))).toMatch(
    /^<110>1 2026-11-22T12:00:00\.000Z id\.example\.com postern - account\.registered - CEF:0\|Postern\|Postern\|1\|account\.registered\|account registered\|3\|rt=/,
  )
  await stream(world)
  expect(webhook.calls().length).toBe(1)
  expect(syslog.messages().length).toBe(messages.length)
})

test('one that is away loses nothing, holds up no other, and gets all once it is back', async () => {
  const { world, webhook, syslog } = await openStreamedWorld()
  await webhook.behave({ mode: 'dead' })
  await writeRecords(world, 700)
  await stream(world)
  expect(webhook.calls()).toEqual([])
  expect(syslog.messages().length).toBe(700)
  expect((await streamsOf(world))[1]).toMatchObject({
    destination: 'webhook',
    position: 0,
    failure: expect.any(String),
  })
  await webhook.behave({ mode: 'ok' })
  // It is left alone for a while.
  await stream(world)
  expect(webhook.calls()).toEqual([])
  world.advance(60)
  await writeRecords(world, 1300)
  await stream(world)
  expect(positionsIn(webhook.calls())).toEqual(await positionsOf(world))
  expect(webhook.calls().length).toBe(4)
  const position = Math.max(...(await positionsOf(world)))
  expect(await streamsOf(world)).toEqual([
    { destination: 'syslog', position, failure: null },
    { destination: 'webhook', position, failure: null },
  ])
})

test('an error, a redirect or an answer that comes too late counts as none', async () => {
  const { world, webhook } = await openStreamedWorld()
  await writeRecords(world, 10)
  for (const behaviour of [
    { mode: 'status', status: 500 },
    { mode: 'status', status: 429 },
    { mode: 'status', status: 301 },
    { mode: 'slow', ms: 1500 },
  ] as const) {
    await webhook.behave(behaviour)
    await stream(world)
    expect((await streamsOf(world))[1]).toMatchObject({ position: 0, failure: expect.any(String) })
    world.advance(60)
  }
  await webhook.behave({ mode: 'ok' })
  await stream(world)
  // What came too late had arrived: at least once.
  expect(positionsIn(webhook.calls().slice(-1))).toEqual(await positionsOf(world))
  expect((await streamsOf(world))[1]).toMatchObject({
    position: Math.max(...(await positionsOf(world))),
    failure: null,
  })
  expect(JSON.stringify(world.logs)).not.toContain(secret)
})

test('two workers at once send everything once, and one that died is followed by another', async () => {
  const { world, webhook } = await openStreamedWorld()
  await writeRecords(world, 1200)
  await webhook.behave({ mode: 'slow', ms: 100 })
  await Promise.all([stream(world), stream(world.startAnother()), stream(world.startAnother())])
  expect(positionsIn(webhook.calls())).toEqual(await positionsOf(world))
})

const withoutSyslog = ({ syslog: _, ...ctx }: JobContext): JobContext => ctx

test('whenever a worker dies, the next one goes on so that everything is sent, in order but for what comes twice', async () => {
  for (let effects = 1; ; effects += 1) {
    const { world, webhook } = await openStreamedWorld()
    await writeRecords(world, 600)
    const died = await diesAfter(streamAuditRecord, withoutSyslog(mortalContext(world, 'job', effects)))
    await stream(world)
    world.advance(91)
    await stream(world)
    const positions = positionsIn(webhook.calls())
    const firsts = positions.filter((position, at) => positions.indexOf(position) === at)
    expect(firsts).toEqual(await positionsOf(world))
    for (const stop of stops.splice(0)) await stop()
    if (!died) break
    expect(effects).toBeLessThan(20)
  }
})

test('it is queued every fifteen seconds where the settings name a destination, and never else', async () => {
  const { world, webhook } = await openStreamedWorld()
  const countJobs = async () => (await listRecords(world)).filter(({ name }) => name === 'stream-audit-record').length
  const enqueue = (instance: World) => enqueueDueSchedules(instance.contextOf({ kind: 'system', job: 'maintenance' }))
  await enqueue(await openWorld())
  expect(await countJobs()).toBe(0)
  // The clock stands at noon.
  world.advance(1)
  for (const expected of [1, 1, 2]) {
    await enqueue(world)
    expect(await countJobs()).toBe(expected)
    world.advance(8)
  }
  await writeRecords(world, 3)
  await world.settle()
  expect(positionsIn(webhook.calls())).toEqual(await positionsOf(world))
})
