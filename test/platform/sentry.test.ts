import { afterAll, afterEach, expect, test } from 'bun:test'
import { parseConfig } from '#core/config'
import type { ErrorReport } from '#core/error-report'
import type { LogEvent } from '#core/log-events'
import { createSentry } from '#platform/sentry'
import { systemRandom } from '#platform/system'
import { startSentryReceiver } from '../support/sentry-receiver'

const receiver = startSentryReceiver()
afterAll(receiver.stop)
afterEach(() => {
  for (const list of [receiver.events, receiver.bodies, receiver.faults]) list.length = 0
  receiver.answerWith(200)
})

const report: ErrorReport = {
  error: {
    type: 'TypeError',
    message: 'undefined is no function',
    stack: 'at verb (src/features/a/verb.ts:1:2)\nat node_modules/hono/dist/compose.js:3:4',
  },
  transaction: 'POST /v1/auth/login',
  requestId: 'request-1',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
}

const open = (dsn: string | undefined) => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: 'x'.repeat(32), ...(dsn && { SENTRY_DSN: dsn }) })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  let now = Date.parse('2026-11-22T12:00:00.000Z')
  const logs: LogEvent[] = []
  const clock = { now: () => new Date(now) }
  const send = createSentry(parsed.config, { clock, random: systemRandom, log: (event) => void logs.push(event) })
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return { send, logs, advance }
}

test('a report is an envelope with one event: type, frames, route, ids, release and environment, and no more', async () => {
  await open(receiver.dsn).send({ ...report, jobId: 'job-1' })
  expect(receiver.faults).toEqual([])
  expect(receiver.events).toMatchObject([
    {
      timestamp: Date.parse('2026-11-22T12:00:00.000Z') / 1000,
      environment: 'test',
      transaction: 'POST /v1/auth/login',
      tags: { request_id: 'request-1', trace_id: report.traceId, job_id: 'job-1' },
      contexts: { trace: { trace_id: report.traceId, span_id: report.spanId } },
      exception: {
        values: [
          {
            type: 'TypeError',
            value: 'undefined is no function',
            stacktrace: {
              frames: [
                { function: '?', filename: 'node_modules/hono/dist/compose.js', lineno: 3, colno: 4, in_app: false },
                { function: 'verb', filename: 'src/features/a/verb.ts', lineno: 1, colno: 2, in_app: true },
              ],
            },
          },
        ],
      },
    },
  ])
})

test('without a DSN nothing is sent', async () => {
  await open(undefined).send(report)
  expect(receiver.bodies).toEqual([])
})

test('what looks the same is reported ten times a minute, and everything a hundred times', async () => {
  const { send, advance } = open(receiver.dsn)
  for (let count = 0; count < 15; count += 1) await send(report)
  expect(receiver.events).toHaveLength(10)
  for (let count = 0; count < 120; count += 1) await send({ ...report, transaction: `GET /v1/${count}` })
  expect(receiver.events).toHaveLength(100)
  advance(60)
  await send(report)
  expect(receiver.events).toHaveLength(101)
})

test('a receiver that refuses is left alone for a minute, and the log says it once', async () => {
  const { send, logs, advance } = open(receiver.dsn)
  receiver.answerWith(429)
  await send(report)
  await send({ ...report, transaction: 'GET /v1/me' })
  expect(receiver.bodies).toHaveLength(1)
  expect(logs).toEqual([{ level: 'warn', message: 'errors can’t be reported', status: 429 }])
  receiver.answerWith(200)
  advance(61)
  await send(report)
  expect(receiver.events).toHaveLength(1)
})

test('one that is away fails nobody', async () => {
  const { send, logs } = open('http://publickey@127.0.0.1:1/sentry/42')
  await send(report)
  expect(logs).toMatchObject([
    { level: 'warn', message: 'errors can’t be reported', cause: { type: expect.any(String) } },
  ])
  expect(JSON.stringify(logs)).not.toContain('publickey')
})

test('a DSN without a key or a project is a fault of the settings', () => {
  for (const dsn of [
    'https://example.com/42',
    'https://key@example.com',
    'https://key@example.com/',
    'ftp://key@a/1',
  ]) {
    expect(parseConfig({ ENVIRONMENT: 'test', SECRET: 'x'.repeat(32), SENTRY_DSN: dsn }).ok, dsn).toBe(false)
  }
})
