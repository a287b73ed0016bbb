import { expect, test } from 'bun:test'
import { type Config, parseConfig } from '#core/config'
import { createMetricsSender } from '#platform/metrics-sender'
import { toOtlpMetrics } from '#platform/otlp-metrics'
import { createIds, systemRandom } from '#platform/system'
import { createWorkerMeter, type Measurement } from '#platform/worker-meter'

const configOf = (settings: Record<string, string> = {}): Config => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: 'the root secret of the test platform', ...settings })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const createDataset = () => {
  const points: object[] = []
  return { points, dataset: { writeDataPoint: (point: object) => void points.push(point) } }
}

const request = {
  route: '/v1/me',
  method: 'GET',
  status: '200',
  problem: undefined,
  seconds: 0.02,
  statements: 1,
  waits: 1,
}

test('Analytics Engine is told of each request and each count, and not of what limits let pass', () => {
  const { points, dataset } = createDataset()
  const { meter, noteRequest } = createWorkerMeter(configOf(), dataset, undefined)
  meter.add('http_requests_total', { route: '/v1/me', method: 'GET', status: '200' })
  meter.add('ratelimit_decisions_total', { limit: 'everyone', outcome: 'admitted' })
  meter.add('ratelimit_decisions_total', { limit: 'everyone', outcome: 'refused' })
  meter.add('auth_logins_total', { method: 'password', outcome: 'succeeded' })
  meter.observe('db_round_trips', { route: '/v1/me' }, 1)
  noteRequest?.(request)
  noteRequest?.({ ...request, status: '401', problem: 'unauthenticated' })
  const doubles = [0.02, 1, 1]
  expect(points).toEqual([
    {
      indexes: ['ratelimit_decisions_total'],
      blobs: ['ratelimit_decisions_total', 'everyone', 'refused'],
      doubles: [1],
    },
    { indexes: ['auth_logins_total'], blobs: ['auth_logins_total', 'password', 'succeeded'], doubles: [1] },
    { indexes: ['/v1/me'], blobs: ['request', '/v1/me', 'GET', '200', ''], doubles },
    { indexes: ['/v1/me'], blobs: ['request', '/v1/me', 'GET', '401', 'unauthenticated'], doubles },
  ])
})

test('an event that counts without end is told no more than Analytics Engine takes', () => {
  const { points, dataset } = createDataset()
  const { meter } = createWorkerMeter(configOf(), dataset, undefined)
  for (let count = 0; count < 1000; count += 1) meter.add('mail_total', { outcome: 'sent' })
  expect(points).toHaveLength(50)
})

test('with METRICS=off, or nobody to tell, nothing is measured', () => {
  const { points, dataset } = createDataset()
  const taken: Measurement[] = []
  const off = createWorkerMeter(configOf({ METRICS: 'off' }), dataset, (one) => taken.push(one))
  const alone = createWorkerMeter(configOf(), undefined, undefined)
  for (const { meter, noteRequest } of [off, alone]) {
    meter.add('mail_total', { outcome: 'sent' })
    noteRequest?.(request)
  }
  expect([points, taken]).toEqual([[], []])
})

test('a collector gets sums and histograms of what came since the last message', () => {
  const taken: Measurement[] = []
  const { meter } = createWorkerMeter(configOf(), undefined, (one) => taken.push(one))
  meter.add('mail_total', { outcome: 'sent' })
  meter.add('mail_total', { outcome: 'sent' }, 2)
  meter.observe('hash_duration_seconds', {}, 0.2)
  meter.observe('hash_duration_seconds', {}, 30)
  meter.set('hash_gate_running', {}, 1)
  const parts = { settings: configOf(), instance: 'an isolate', since: 1_796_050_000_000, until: 1_796_050_001_000 }
  const [{ resource, scopeMetrics } = { resource: undefined, scopeMetrics: [] }] = toOtlpMetrics(
    parts,
    taken,
  ).resourceMetrics
  expect(resource?.attributes).toContainEqual({ key: 'service.instance.id', value: { stringValue: 'an isolate' } })
  const times = { startTimeUnixNano: '1796050000000000000', timeUnixNano: '1796050001000000000' }
  expect(scopeMetrics[0]?.metrics).toEqual([
    {
      name: 'hash_duration_seconds',
      description: expect.any(String),
      unit: 's',
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [
          {
            ...times,
            attributes: [],
            count: '2',
            sum: 30.2,
            bucketCounts: ['0', '0', '0', '0', '0', '0', '0', '1', '0', '0', '0', '0', '0', '1'],
            explicitBounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
          },
        ],
      },
    },
    {
      name: 'mail_total',
      description: expect.any(String),
      unit: '1',
      sum: {
        aggregationTemporality: 1,
        isMonotonic: true,
        dataPoints: [{ ...times, attributes: [{ key: 'outcome', value: { stringValue: 'sent' } }], asDouble: 3 }],
      },
    },
  ])
})

test('messages of an isolate follow each other without a gap, and what is lost is said', async () => {
  const messages: { startTimeUnixNano: string; timeUnixNano: string }[] = []
  let status = 200
  const server = Bun.serve({
    port: 0,
    fetch: async (request) => {
      const { resourceMetrics } = Object(await request.json())
      messages.push(resourceMetrics[0].scopeMetrics[0].metrics[0].sum.dataPoints[0])
      return new Response(null, { status })
    },
  })
  let now = 1_796_050_000_000
  const clock = { now: () => new Date(now) }
  const logs: object[] = []
  const config = configOf({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}` })
  const send = createMetricsSender({
    config,
    clock,
    ids: createIds(clock, systemRandom),
    log: (event) => logs.push(event),
  })
  await send([])
  for (const milliseconds of [0, 0, 500]) {
    now += milliseconds
    await send([['mail_total', { outcome: 'sent' }, 1]])
  }
  expect(messages.map(({ startTimeUnixNano }) => startTimeUnixNano).slice(1)).toEqual(
    messages.map(({ timeUnixNano }) => timeUnixNano).slice(0, -1),
  )
  for (const { startTimeUnixNano, timeUnixNano } of messages) expect(timeUnixNano > startTimeUnixNano).toBe(true)
  expect(logs).toEqual([])
  status = 400
  await send([['mail_total', { outcome: 'sent' }, 1]])
  expect(logs).toEqual([{ level: 'warn', message: 'measurements lost', count: 1 }])
  await server.stop(true)
})
