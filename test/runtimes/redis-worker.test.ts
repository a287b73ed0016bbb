import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startUpstashRest, type UpstashRest, type UpstashWeather } from '../support/upstash-rest'
import { startWorkerServer } from '../support/worker-server'
import { openRealDatabase } from './real-postgres'
import { type CountingServer, expectOutage, recovers } from './redis-outages'
import { call, countingSettings, freshAddress, limits, newAccessToken, openOwnRedis, twoHundred } from './redis-setting'
import { expectNoEdge } from './window-edges'

const resources = new AsyncDisposableStack()
let rest: UpstashRest
let server: CountingServer
/** Waits longer for Redis than a slow machine takes, for tests about numbers. */
let patient: CountingServer

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  const redis = resources.use(await openOwnRedis())
  rest = resources.use(await startUpstashRest(redis.url))
  const { TRUSTED_PROXY, WORK_JOBS, ...shared } = countingSettings
  const settings = {
    ...shared,
    ENVIRONMENT: 'test',
    SECRET: 'a secret of tests that protects nothing at all',
    UPSTASH_REDIS_REST_URL: rest.url,
    UPSTASH_REDIS_REST_TOKEN: rest.token,
  }
  const start = async (own: Record<string, string>): Promise<CountingServer> => {
    const { baseUrl, output, stop } = await startWorkerServer({ ...settings, ...own }, database.url)
    resources.defer(stop)
    // The Worker that asks gives the one that counts 300 ms, and Argon2 in WebAssembly takes its time.
    return { url: baseUrl, output, slackMs: 900 }
  }
  server = await start({})
  patient = await start({ REDIS_TIMEOUT_MILLISECONDS: '10000' })
  for (const { url } of [server, patient]) await newAccessToken(url).catch(() => recovers(server))
}, 90_000)

afterAll(() => resources.disposeAsync())

test('in workerd the second Worker counts in Redis, and the first has no client of it', async () => {
  const before = rest.requests()
  const { status, headers } = await call(server.url, 'GET /v1/me')
  expect(status).toBe(401)
  expect(headers.get('ratelimit-remaining')).toBe('99999')
  expect(rest.requests() - before).toBe(1)
})

test('in workerd, of two hundred requests at once exactly as many as the limit says pass', async () => {
  const address = freshAddress()
  const attempt = (url: string) =>
    call(url, 'POST /v1/auth/email/verify', { json: { token: crypto.randomUUID() }, address })
  const { consumeToken, account } = limits
  expect(await twoHundred([patient.url], attempt)).toEqual({ 400: consumeToken.limit, 429: 200 - consumeToken.limit })
  const accessToken = await newAccessToken(patient.url)
  const read = (url: string) => call(url, 'GET /v1/me', { accessToken })
  expect(await twoHundred([patient.url], read)).toEqual({ 200: account.limit, 429: 200 - account.limit })
}, 60_000)

test('in workerd, however bursts fall on the edges of windows, no stretch of one has more than the limit says', async () => {
  await expectNoEdge([patient.url])
}, 60_000)

const weathers: UpstashWeather[] = ['black-hole', 'refused', 'error-500', 'too-many', 'nonsense', 'slow']
for (const weather of weathers) {
  test(`in workerd, while Redis is away (${weather}) each route does as the table says, in time, and recovers by itself`, async () => {
    await expectOutage(server, { begin: () => rest.turn(weather), end: () => rest.turn('clear') })
  }, 60_000)
}
