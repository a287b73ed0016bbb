import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver'
import type { Server } from '../support/server'
import { startWorkerServer } from '../support/worker-server'
import { newAddress } from './account'
import { waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { secret } from './server-process'

const resources = new AsyncDisposableStack()
let server: Server
let receiver: OtlpReceiver

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  receiver = resources.use(startOtlpReceiver())
  server = await startWorkerServer(
    {
      ...{ ENVIRONMENT: 'test', SECRET: secret, RATE_LIMITS: 'off', EMAIL_VERIFICATION: 'optional' },
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER_ARG: '1',
    },
    database.url,
  )
  resources.defer(server.stop)
}, 120_000)

afterAll(() => resources.disposeAsync(), 60_000)

/** How often something was counted, over all messages. */
const countOf = (name: string, attributes: Record<string, string>): number =>
  receiver
    .counts()
    .filter(
      (one) => one.name === name && Object.entries(attributes).every(([key, value]) => one.attributes[key] === value),
    )
    .reduce((sum, { count }) => sum + count, 0)

test('in workerd requests, counts and jobs come to the collector, each once', async () => {
  const { status } = await server.send('POST /v1/auth/register', {
    json: { email: newAddress(), password: 'correct horse battery staple' },
  })
  expect(status).toBe(201)
  await server.send(`GET /v1/nothing/${crypto.randomUUID()}`)
  const expected: [string, Record<string, string>][] = [
    ['http_requests_total', { route: '/v1/auth/register', method: 'POST', status: '201' }],
    ['http_request_duration_seconds', { route: '/v1/auth/register', method: 'POST', status: '201' }],
    ['http_requests_total', { route: 'none', method: 'GET', status: '404' }],
    ['auth_registrations_total', { outcome: 'succeeded' }],
    ['hash_duration_seconds', {}],
    ['jobs_finished_total', { queue: 'send-registration-mail', outcome: 'completed' }],
    ['mail_total', { outcome: 'sent' }],
  ]
  const counts = () => expected.map(([name, attributes]) => countOf(name, attributes))
  await waitUntil(() => counts().every((count) => count > 0), 45, counts)
  expect(counts()).toEqual(expected.map(() => 1))
  expect(receiver.complaints).toEqual([])
}, 60_000)
