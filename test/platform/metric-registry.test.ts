import { describe, expect, test } from 'bun:test'
import { metrics } from '#core/metrics'
import { createMeasurements } from '#platform/measurements'
import { createRegistry } from '#platform/metric-registry'
import { writeMeasurements } from '#platform/prometheus'

const textOf = (registry: ReturnType<typeof createRegistry>) => writeMeasurements(registry.list(), 'text')
const openTextOf = (registry: ReturnType<typeof createRegistry>) => writeMeasurements(registry.list(), 'openmetrics')

/** The lines of one metric. */
const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.includes(name))

test('counters add up by their labels; what was said of a gauge last holds', () => {
  const registry = createRegistry()
  registry.add('mail_total', { outcome: 'sent' })
  registry.add('mail_total', { outcome: 'sent' }, 2)
  registry.add('mail_total', { outcome: 'rejected' })
  registry.set('hash_gate_running', {}, 3)
  registry.set('hash_gate_running', {}, 1)
  expect(linesOf(textOf(registry), 'mail_total')).toEqual([
    '# HELP mail_total Mails that were handed to the provider, by what it said.',
    '# TYPE mail_total counter',
    'mail_total{outcome="sent"} 3',
    'mail_total{outcome="rejected"} 1',
  ])
  expect(linesOf(textOf(registry), 'hash_gate_running ')).toContain('hash_gate_running 1')
})

test('buckets hold all that is within their bound, the last one everything, and a bound itself is within', () => {
  const registry = createRegistry()
  for (const value of [0, 1, 1, 2.5, 20, 21, 1e9]) registry.observe('db_round_trips', { route: '/v1/me' }, value)
  expect(linesOf(textOf(registry), 'db_round_trips').slice(2)).toEqual([
    'db_round_trips_bucket{route="/v1/me",le="0.0"} 1',
    'db_round_trips_bucket{route="/v1/me",le="1.0"} 3',
    'db_round_trips_bucket{route="/v1/me",le="2.0"} 3',
    'db_round_trips_bucket{route="/v1/me",le="3.0"} 4',
    'db_round_trips_bucket{route="/v1/me",le="4.0"} 4',
    'db_round_trips_bucket{route="/v1/me",le="6.0"} 4',
    'db_round_trips_bucket{route="/v1/me",le="8.0"} 4',
    'db_round_trips_bucket{route="/v1/me",le="12.0"} 4',
    'db_round_trips_bucket{route="/v1/me",le="20.0"} 5',
    'db_round_trips_bucket{route="/v1/me",le="+Inf"} 7',
    'db_round_trips_sum{route="/v1/me"} 1000000045.5',
    'db_round_trips_count{route="/v1/me"} 7',
  ])
})

test('OpenMetrics names what is counted, says units, and ends', () => {
  const registry = createRegistry()
  registry.add('http_requests_total', { route: '/', method: 'GET', status: '200' })
  registry.observe('hash_duration_seconds', {}, 0.2)
  registry.set('process_resident_memory_bytes', {}, 1024)
  const text = openTextOf(registry)
  expect(text).toContain('# TYPE http_requests counter\nhttp_requests_total{route="/",method="GET",status="200"} 1\n')
  expect(text).toContain('# TYPE hash_duration_seconds histogram\n# UNIT hash_duration_seconds seconds\n')
  expect(text).toContain('# UNIT process_resident_memory_bytes bytes\n')
  expect(text).toEndWith('\n# EOF\n')
  expect(textOf(registry)).not.toMatch(/# (UNIT|EOF)/)
})

test.each([
  ['a "quoted" one', String.raw`a \"quoted\" one`],
  ['back\\slash', String.raw`back\\slash`],
  ['two\nlines', String.raw`two\nlines`],
  ['\\n', String.raw`\\n`],
  ['ünïcode', 'ünïcode'],
])('a value of a label such as %p is escaped', (value, written) => {
  const registry = createRegistry()
  registry.set('postern_info', { version: value, runtime: 'bun' }, 1)
  for (const text of [textOf(registry), openTextOf(registry)]) {
    expect(text).toContain(`postern_info{version="${written}",runtime="bun"} 1\n`)
  }
})

test('numbers that are none are written as Prometheus reads them', () => {
  const registry = createRegistry()
  const written = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e21, 0.1 + 0.2].map((value) => {
    registry.set('hash_gate_waiting', {}, value)
    return linesOf(textOf(registry), 'hash_gate_waiting').at(-1)
  })
  expect(written.map((line) => line?.split(' ')[1])).toEqual(['+Inf', '-Inf', 'NaN', '1e+21', '0.30000000000000004'])
})

test('a counter without labels is there before it moves; nothing else is', () => {
  expect(textOf(createRegistry())).toMatch(
    /^# HELP \w+ [^\n]+\n# TYPE auth_refresh_reuse_total counter\nauth_refresh_reuse_total 0\n$/,
  )
})

test('labels that have no bound fill one place and no more', () => {
  const registry = createRegistry()
  for (let count = 0; count < 20_000; count += 1) registry.add('mail_total', { outcome: `outcome ${count}` })
  const [mails] = registry.list().filter(({ name }) => name === 'mail_total')
  expect(mails?.series).toHaveLength(5001)
  expect(mails?.series.at(-1)).toEqual({ labels: ['other'], value: 15_000, counts: [] })
})

test('every metric of the catalogue is one by its name: counters end so, and nothing else does', () => {
  for (const [name, { kind, help, labels }] of Object.entries(metrics)) {
    expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter'])
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/)
    expect(name).not.toMatch(/_(count|sum|bucket|created)$/)
    expect(help).toMatch(/^[A-Z1].*\.$/)
    expect(labels).not.toContain('le')
  }
})

describe('what has to be asked for', () => {
  const open = () => {
    let now = 0
    const registry = createRegistry()
    const { refresh, write } = createMeasurements(registry, { now: () => new Date(now) }, () => {})
    let asked = 0
    const ask = (answer: () => Promise<number>) =>
      refresh(['auth_active_sessions'], 15, async () => {
        asked += 1
        const count = await answer()
        return (set) => set('auth_active_sessions', {}, count)
      })
    const line = () => linesOf(write('text'), 'auth_active_sessions').at(-1)
    return { ask, line, asked: () => asked, advance: (seconds: number) => (now += seconds * 1000) }
  }

  test('is asked for once in its time', async () => {
    const { ask, line, asked, advance } = open()
    await ask(async () => 1)
    advance(14.9)
    await ask(async () => 2)
    expect([line(), asked()]).toEqual(['auth_active_sessions 1', 1])
    advance(0.1)
    await ask(async () => 2)
    expect([line(), asked()]).toEqual(['auth_active_sessions 2', 2])
  })

  test('is waited for a second, and is there when it comes', async () => {
    const { ask, line } = open()
    const { promise, resolve } = Promise.withResolvers<number>()
    const begunAt = performance.now()
    await Promise.all([ask(() => promise), ask(() => promise)])
    expect(performance.now() - begunAt).toBeWithin(950, 5000)
    expect(line()).toBeUndefined()
    resolve(7)
    await Bun.sleep(0)
    expect(line()).toBe('auth_active_sessions 7')
  })

  test('is not known any more once it can’t be asked for', async () => {
    const { ask, line, advance } = open()
    await ask(async () => 1)
    advance(15)
    await ask(() => Promise.reject(new Error('The database is away.')))
    expect(line()).toBeUndefined()
    advance(15)
    await ask(async () => 3)
    expect(line()).toBe('auth_active_sessions 3')
  })
})

test('to count costs less than a microsecond', () => {
  const registry = createRegistry()
  const count = (times: number) => {
    const begunAt = performance.now()
    for (let at = 0; at < times; at += 1)
      registry.add('http_requests_total', { route: '/v1/me', method: 'GET', status: '200' })
    return ((performance.now() - begunAt) / times) * 1000
  }
  count(20_000)
  const microseconds = Math.min(...Array.from({ length: 20 }, () => count(5000)))
  expect(microseconds).toBeLessThan(1)
})
