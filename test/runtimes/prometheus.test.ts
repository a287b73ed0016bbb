import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import * as z from 'zod'
import { makeDataDirectory, startBunServer } from '../support/bun-server'
import type { Server } from '../support/server'
import {
  type Prometheus,
  prometheusObstacle,
  runPromtool,
  startPrometheus,
  writeConfiguration,
} from './prometheus-program'
import { secret } from './server-process'

if (prometheusObstacle) console.warn(`Skipped: the tests with a real Prometheus, since ${prometheusObstacle}.`)

const operatorToken = crypto.getRandomValues(new Uint8Array(32)).toHex()

const Targets = z.object({
  data: z.object({ activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })) }),
})
const Samples = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})

describe.skipIf(prometheusObstacle !== undefined)('a real Prometheus', () => {
  const resources = new AsyncDisposableStack()
  let server: Server
  let prometheus: Prometheus

  beforeAll(async () => {
    server = await startBunServer({
      ...{ ENVIRONMENT: 'test', SECRET: secret, EMAIL_VERIFICATION: 'optional', OPERATOR_TOKEN: operatorToken },
      DATA_DIRECTORY: await makeDataDirectory(),
    })
    resources.defer(server.stop)
    const json = { email: 'ada@example.com', password: 'correct horse battery staple' }
    await server.send('POST /v1/auth/register', { json })
    await server.send('POST /v1/auth/login', { json })
    const file = await writeConfiguration(new URL(server.baseUrl).host, operatorToken)
    prometheus = resources.use(await startPrometheus(file))
  }, 180_000)

  afterAll(() => resources.disposeAsync())

  test('finds nothing wrong with the text', async () => {
    const { status, text } = await server.send('GET /metrics', { accessToken: operatorToken })
    expect(status).toBe(200)
    expect(text).toContain('http_request_duration_seconds_bucket')
    expect(await runPromtool(['check', 'metrics'], text)).toEqual({ exitCode: 0, output: '' })
  })

  test('sees the target up, and the log-in', async () => {
    const sum = async (query: string) => {
      const { data } = Samples.parse(await prometheus.ask(`/api/v1/query?query=${encodeURIComponent(query)}`))
      return data.result.map(({ value: [, text] }) => Number(text))
    }
    const deadline = Date.now() + 30_000
    let logIns: number[] = []
    while (logIns.length === 0 && Date.now() < deadline) {
      await Bun.sleep(200)
      logIns = await sum('auth_logins_total{method="password",outcome="succeeded"}')
    }
    expect(logIns).toEqual([1])
    expect(Targets.parse(await prometheus.ask('/api/v1/targets?state=active')).data.activeTargets).toEqual([
      { health: 'up', lastError: '' },
    ])
    expect(await sum('sum(http_request_duration_seconds_count{route="/v1/auth/login"})')).toEqual([1])
    const quantile =
      'histogram_quantile(0.5, sum by (le) (http_request_duration_seconds_bucket{route="/v1/auth/login"}))'
    expect((await sum(quantile))[0]).toBeGreaterThan(0)
  }, 60_000)
})
