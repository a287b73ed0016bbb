import { describe, expect, test } from 'bun:test'
import * as z from 'zod'
import { alerts } from '../deploy/rule-files'
import { prometheusObstacle, startPrometheus, writeConfiguration } from './prometheus-program'

if (prometheusObstacle) console.warn(`Skipped: the tests of Prometheus, since ${prometheusObstacle}.`)

const token = 'a-token-of-an-operator-that-opens-nothing'

const Rules = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
  }),
})

const Alerts = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        state: z.enum(['pending', 'firing']),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
    ),
  }),
})

/** Says what a server of ours would in trouble, to whoever has the token. */
const startExporter = () => {
  let reused = 0
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ headers, url }) => {
      if (new URL(url).pathname !== '/metrics' || headers.get('authorization') !== `Bearer ${token}`) {
        return new Response(null, { status: 404 })
      }
      reused += 1
      const lines = [
        'postern_info{version="1",runtime="bun"} 1',
        'degraded_modes{dependency="redis",mode="local"} 1',
        `auth_refresh_reuse_total ${reused}`,
      ]
      return new Response(`${lines.join('\n')}\n`, { headers: { 'content-type': 'text/plain; version=0.0.4' } })
    },
  })
  return { target: `127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await Bun.sleep(100)
  }
}

describe.skipIf(prometheusObstacle !== undefined)('a real Prometheus', () => {
  test('collects with the token, and alerts as the rules say', async () => {
    await using exporter = startExporter()
    await using prometheus = await startPrometheus(await writeConfiguration(exporter.target, token))

    const alertOf = (name: string, state: 'pending' | 'firing') =>
      until(async () => {
        const { data } = Alerts.parse(await prometheus.ask('/api/v1/alerts'))
        return data.alerts.find(({ labels, ...alert }) => labels.alertname === name && alert.state === state)
      })
    const firing = await alertOf('RefreshTokenReuse', 'firing')
    expect(firing.labels).toEqual({ alertname: 'RefreshTokenReuse', job: 'postern', severity: 'ticket' })
    expect(firing.annotations.runbook_url).toBe('https://example.com/docs/runbook.md#refreshtokenreuse')
    const pending = await alertOf('DegradedMode', 'pending')
    expect(pending.annotations.summary).toBe('Postern does without redis (local)')

    // The rules of the budget have their turn every five minutes only.
    const evaluated = await until(async () => {
      const { data } = Rules.parse(await prometheus.ask('/api/v1/rules?type=alert'))
      const rules = data.groups.flatMap((group) => group.rules)
      return rules.some(({ health }) => health === 'unknown') ? undefined : rules
    })
    expect(evaluated.map(({ name }) => name).toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted())
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([])
  }, 60_000)
})
