import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startUpstashRest, type UpstashRest, type UpstashWeather } from '../support/upstash-rest'
import { openRealDatabase } from './real-postgres'
import { type CountingServer, expectOutage, readPolicy } from './redis-outages'
import { countingSettings, openOwnRedis } from './redis-setting'
import { startServer } from './server-process'

const resources = new AsyncDisposableStack()
const servers: Record<string, CountingServer> = {}
let rest: UpstashRest

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  const redis = resources.use(await openOwnRedis())
  rest = resources.use(await startUpstashRest(redis.url))
  const upstash = { UPSTASH_REDIS_REST_URL: rest.url, UPSTASH_REDIS_REST_TOKEN: rest.token }
  for (const REDIS_OUTAGE of ['closed', 'local']) {
    const settings = { ...countingSettings, ...upstash, DATABASE_URL: database.url, REDIS_OUTAGE }
    const { url, output } = resources.use(await startServer(settings))
    servers[REDIS_OUTAGE] = { url, output, slackMs: 400 }
  }
}, 60_000)

afterAll(() => resources.disposeAsync())

test('the setting decides what routes that check a credential or send mail do', async () => {
  for (const [REDIS_OUTAGE, server] of Object.entries(servers)) {
    const { routes, outages } = await readPolicy(server)
    expect(routes.find(({ route }) => route === 'POST /v1/auth/login')?.without.redis).toBe(REDIS_OUTAGE as 'closed')
    expect(routes.find(({ route }) => route === 'GET /v1/me')?.without.redis).toBe('local')
    expect(outages).toEqual([])
  }
})

const weathers: UpstashWeather[] = ['black-hole', 'refused', 'error-500', 'too-many', 'nonsense', 'slow']
for (const weather of weathers) {
  test(`while Redis is away over HTTP (${weather}) each route does as the table says, in time, and recovers by itself`, async () => {
    // Both at once: the weather is the same for both, and ends when both have seen it.
    const begun = Promise.withResolvers<void>()
    const both = Object.values(servers)
    let ready = 0
    let done = 0
    const ended = Promise.withResolvers<void>()
    const turns = {
      begin: async () => {
        ready += 1
        if (ready === both.length) begun.resolve(rest.turn(weather))
        await begun.promise
      },
      end: async () => {
        done += 1
        if (done === both.length) ended.resolve(rest.turn('clear'))
        await ended.promise
      },
    }
    await Promise.all(both.map((server) => expectOutage(server, turns)))
  }, 30_000)
}
