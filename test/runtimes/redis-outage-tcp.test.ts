import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openRealDatabase } from './real-postgres'
import { type CountingServer, expectOutage, expectTable, readPolicy, recovers } from './redis-outages'
import { call, countingSettings, newAccessToken, openOwnRedis } from './redis-setting'
import { startServer } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const resources = new AsyncDisposableStack()
let proxy: TcpProxy
let closed: CountingServer
let settings: Record<string, string>

const start = async (REDIS_OUTAGE: 'closed' | 'local'): Promise<CountingServer> => {
  const { url, output } = resources.use(await startServer({ ...settings, REDIS_OUTAGE }))
  return { url, output, slackMs: 400 }
}

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  const redis = resources.use(await openOwnRedis())
  proxy = resources.use(await openTcpProxy(redis.url))
  settings = { ...countingSettings, DATABASE_URL: database.url, REDIS_URL: proxy.through(redis.url) }
  closed = await start('closed')
}, 60_000)

afterAll(() => resources.disposeAsync())

const turns = (weather: 'black-hole' | 'refused' | 'hang-up') => ({
  begin: () => proxy.turn(weather),
  end: () => proxy.turn('clear'),
})

for (const weather of ['black-hole', 'refused', 'hang-up'] as const) {
  test(`while Redis is away over TCP (${weather}) each route does as the table says, in time, and recovers by itself`, async () => {
    await expectOutage(closed, turns(weather))
  }, 30_000)
}

test('while Redis is six seconds slow over TCP each route does as the table says, in time, and recovers by itself', async () => {
  const slow = async (delayMs: number) => {
    proxy.delayMs = delayMs
  }
  await expectOutage(closed, { begin: () => slow(6000), end: () => slow(0) })
}, 30_000)

test('so it is where the setting says that routes count in the process', async () => {
  const local = await start('local')
  await expectOutage(local, turns('black-hole'))
}, 30_000)

test('a connection that went deaf costs the requests that wait for it, and no other', async () => {
  await recovers(closed)
  await proxy.turn('stale')
  const startedAt = performance.now()
  const { status } = await call(closed.url, 'POST /v1/auth/email/verify', { json: { token: 'garbage' } })
  expect(status).toBe(503)
  expect(performance.now() - startedAt).toBeLessThan(900)
  await recovers(closed)
  await proxy.turn('clear')
}, 30_000)

test('a server that starts while Redis is away answers by the table, and counts there as soon as it is back', async () => {
  const accessToken = await newAccessToken(closed.url)
  await proxy.turn('refused')
  const late = await start('closed')
  await expectTable(late, await readPolicy(late), accessToken)
  await proxy.turn('clear')
  await recovers(late)
}, 30_000)
