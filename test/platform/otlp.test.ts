import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { LogEvent } from '#core/log-events'
import { createOtlp, encodeSpan, sendSpans, toOtlpTraces } from '#platform/otlp'
import type { FinishedSpan } from '#platform/tracer'
import { findFreePort } from '../support/free-port'
import { startOtlpReceiver } from '../support/otlp-receiver'

const receiver = startOtlpReceiver()
afterAll(() => receiver[Symbol.asyncDispose]())
beforeEach(() => receiver.answer(200))

const config = {
  ENVIRONMENT: 'test',
  OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20b2s%3D, x-tenant=a=b ',
  OTEL_SERVICE_NAME: 'door',
} as const

const span: FinishedSpan = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  id: '00f067aa0ba902b7',
  parentId: null,
  state: 'ot=th:0',
  name: 'GET /v1/me',
  kind: 'server',
  startedAt: 1_796_000_000_000.25,
  endedAt: 1_796_000_000_001.5,
  failed: true,
  attributes: { text: 'a', whole: 3, part: 0.5, yes: true },
}

const post = createOtlp(config)
const send = () => post?.('traces', toOtlpTraces(config, [encodeSpan(span)]))

test('a span arrives as the protocol has it, with the headers of the settings', async () => {
  expect(await send()).toEqual({ state: 'taken' })
  expect(receiver.complaints).toEqual([])
  expect(receiver.spans().at(-1)).toMatchObject({
    ...{ traceId: span.traceId, id: span.id, parentId: undefined, state: 'ot=th:0', name: span.name, kind: 'server' },
    ...{ startedAt: 1_796_000_000_000_250_000n, endedAt: 1_796_000_000_001_500_000n, failed: true },
    attributes: span.attributes,
    resource: { 'service.name': 'door', 'deployment.environment.name': 'test' },
  })
  const headers = receiver.headers().at(-1)
  expect(headers?.get('content-type')).toBe('application/json')
  expect([headers?.get('authorization'), headers?.get('x-tenant')]).toEqual(['Basic b2s=', 'a=b'])
})

test('only what may pass is tried again, after as long as the collector says, within reason', async () => {
  for (const status of [429, 502, 503, 504]) {
    receiver.answer(status, { 'retry-after': '7' })
    expect(await send()).toEqual({ state: 'later', afterSeconds: 7 })
  }
  for (const [retryAfter, afterSeconds] of Object.entries({ soon: 1, 0: 1, '-5': 1, 86400: 60 })) {
    receiver.answer(429, { 'retry-after': retryAfter })
    expect(await send()).toEqual({ state: 'later', afterSeconds })
  }
  for (const status of [400, 401, 404, 413, 500, 302]) {
    receiver.answer(status, { location: receiver.url })
    expect(await send()).toEqual({ state: 'refused' })
  }
})

test('a collector that is away, or takes its time, is asked again', async () => {
  const dead = { ...config, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${findFreePort()}` }
  expect(await createOtlp(dead)?.('traces', '{}')).toEqual({ state: 'later', afterSeconds: 1 })
  const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
  const slow = { ...config, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${silent.port}` }
  expect(await createOtlp(slow, 50)?.('traces', '{}')).toEqual({ state: 'later', afterSeconds: 1 })
  await silent.stop(true)
})

test('what is sent at once and not taken is lost, and the log says how much', async () => {
  const logs: LogEvent[] = []
  const parts = { config, log: (event: LogEvent) => void logs.push(event) }
  const before = receiver.headers().length
  await sendSpans(parts, [])
  await sendSpans({ ...parts, config: { ...config, OTEL_EXPORTER_OTLP_ENDPOINT: undefined } }, [span])
  expect(receiver.headers()).toHaveLength(before)
  await sendSpans(parts, [span])
  expect(logs).toEqual([])
  receiver.answer(503)
  await sendSpans(parts, [span, span])
  expect(logs).toEqual([{ level: 'warn', message: 'spans lost', count: 2 }])
})
