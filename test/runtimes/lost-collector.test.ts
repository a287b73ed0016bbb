import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startBunServer } from '../support/bun-server'
import { findFreePort } from '../support/free-port'
import { startOtlpReceiver } from '../support/otlp-receiver'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { secret } from './server-process'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

let database: RealDatabase

beforeAll(async () => {
  database = await openRealDatabase()
}, 60_000)

afterAll(() => database[Symbol.asyncDispose]())

const start = (collector: string) =>
  startBunServer({
    ...{ ENVIRONMENT: 'test', SECRET: secret, DATABASE_URL: database.url, RATE_LIMITS: 'off', WORK_JOBS: 'off' },
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_TRACES_SAMPLER_ARG: '1',
  })

test('a process that ends sends what waits', async () => {
  await using receiver = startOtlpReceiver()
  const server = await start(receiver.url)
  await server.send('GET /health/live', { headers: { traceparent } })
  await server.stop()
  expect(receiver.spans().filter((span) => span.traceId === traceId)).toHaveLength(2)
  expect(receiver.complaints).toEqual([])
  expect(server.output()).not.toContain('spans lost')
}, 60_000)

test('a collector that is away, or never answers, costs neither a request nor the end of the process', async () => {
  const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
  for (const port of [findFreePort(), silent.port]) {
    const server = await start(`http://127.0.0.1:${port}`)
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await server.send('GET /health/live', { headers: { traceparent } })).status).toBe(200)
    }
    const startedAt = Date.now()
    await server.stop()
    expect(Date.now() - startedAt).toBeLessThan(20_000)
    expect(server.output()).toContain('"spans lost"')
  }
  await silent.stop(true)
}, 90_000)
