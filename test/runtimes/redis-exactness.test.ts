import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startUpstashRest } from '../support/upstash-rest'
import { openRealDatabase } from './real-postgres'
import { call, countingSettings, freshAddress, limits, newAccessToken, openOwnRedis, twoHundred } from './redis-setting'
import { startServer } from './server-process'
import { expectNoEdge } from './window-edges'

const resources = new AsyncDisposableStack()
const urls: Record<string, string[]> = {}

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  const redis = resources.use(await openOwnRedis())
  const rest = resources.use(await startUpstashRest(redis.url))
  // Longer than a slow machine takes: these tests are about numbers.
  const settings = { ...countingSettings, DATABASE_URL: database.url, REDIS_TIMEOUT_MILLISECONDS: '10000' }
  const overHttp = { UPSTASH_REDIS_REST_URL: rest.url, UPSTASH_REDIS_REST_TOKEN: rest.token }
  const start = async (own: Record<string, string>) => resources.use(await startServer({ ...settings, ...own })).url
  const overTcp = { REDIS_URL: redis.url }
  const [first = '', second = '', third = '', fourth = '', alone = ''] = await Promise.all(
    [overHttp, overHttp, overTcp, overTcp, {}].map(start),
  )
  urls['two processes, Redis over HTTP'] = [first, second]
  urls['two processes, Redis over TCP'] = [third, fourth]
  urls['four processes of one Redis, over HTTP and TCP'] = [first, second, third, fourth]
  urls['one process that counts for itself'] = [alone]
}, 60_000)

afterAll(() => resources.disposeAsync())

const settingsTried = [
  'two processes, Redis over HTTP',
  'two processes, Redis over TCP',
  'four processes of one Redis, over HTTP and TCP',
  'one process that counts for itself',
]
for (const setting of settingsTried) {
  test(`${setting}: of two hundred requests at once that may change something exactly as many as the limit says pass`, async () => {
    const address = freshAddress()
    const attempt = (url: string) =>
      call(url, 'POST /v1/auth/email/verify', { json: { token: crypto.randomUUID() }, address })
    const { limit } = limits.consumeToken
    expect(await twoHundred(urls[setting] ?? [], attempt)).toEqual({ 400: limit, 429: 200 - limit })
  }, 30_000)

  test(`${setting}: of two hundred requests at once that read exactly as many as the limit says pass`, async () => {
    const tried = urls[setting] ?? []
    const accessToken = await newAccessToken(tried[0] ?? '')
    const { limit } = limits.account
    const read = (url: string) => call(url, 'GET /v1/me', { accessToken })
    expect(await twoHundred(tried, read)).toEqual({ 200: limit, 429: 200 - limit })
    const refused = await read(tried.at(-1) ?? '')
    const seconds = refused.headers.get('retry-after')
    expect(Number(seconds)).toBeWithin(1, 61)
    expect(refused.headers.get('ratelimit')).toBe(`"account";r=0;t=${seconds}`)
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=100000;w=60, "account";q=41;w=60')
    // Whoever was refused has used up nothing of another account.
    const other = await call(tried[0] ?? '', 'GET /v1/me', { accessToken: await newAccessToken(tried[0] ?? '') })
    expect(other.headers.get('ratelimit-remaining')).toBe('40')
  }, 30_000)

  test(`${setting}: however bursts fall on the edges of windows, no stretch of one has more than the limit says`, async () => {
    await expectNoEdge(urls[setting] ?? [])
  }, 30_000)
}
