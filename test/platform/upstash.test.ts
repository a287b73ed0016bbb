import { afterAll, afterEach, expect, test } from 'bun:test'
import { createRedisLimiter } from '#platform/redis-limiter'
import { openUpstash } from '#platform/upstash'
import { findRedis } from '../support/redis'
import { startUpstashRest, type UpstashWeather } from '../support/upstash-rest'
import { takeAtOnce, tally, useOf } from './limit-uses'

const timeoutMs = 250
const slackMs = 200
/** How long nobody waits for Redis after failures. */
const pauseMs = 1000

let skewMs = 0
const clock = { now: () => new Date(Date.now() + skewMs) }

const resources = new AsyncDisposableStack()
const server = await findRedis()
resources.defer(server.stop)
const rest = resources.use(await startUpstashRest(server.url))

afterEach(() => rest.turn('clear'))
afterAll(() => resources.disposeAsync())

const openLimiter = () => createRedisLimiter(openUpstash({ ...rest, timeoutMs }), { clock, timeoutMs })

const timed = async <T>(work: Promise<T>) => {
  const startedAt = performance.now()
  return { value: await work, milliseconds: performance.now() - startedAt }
}

const weathers: UpstashWeather[] = ['black-hole', 'refused', 'error-500', 'too-many', 'nonsense', 'slow']
for (const weather of weathers) {
  test(`while Redis is away (${weather}) nobody is admitted, each command is sent once, soon nobody waits, and then all is well again`, async () => {
    const limiter = openLimiter()
    const use = useOf({ limit: 100 })
    expect(await limiter.take([use])).toMatchObject({ outcome: 'admitted' })
    await rest.turn(weather)
    const before = rest.requests()
    for (let count = 0; count < 3; count += 1) {
      const { value, milliseconds } = await timed(limiter.take([use]))
      expect(value).toEqual({ outcome: 'unavailable' })
      expect(milliseconds).toBeLessThan(timeoutMs + slackMs)
    }
    const { value, milliseconds } = await timed(takeAtOnce([limiter], [use], 50))
    expect(tally(value)).toEqual({ unavailable: 50 })
    expect(milliseconds).toBeLessThan(100)
    expect(rest.requests() - before).toBe(weather === 'refused' ? 0 : 3)
    await rest.turn('clear')
    skewMs += pauseMs
    expect(await limiter.take([use])).toMatchObject({ outcome: 'admitted' })
    expect(tally(await takeAtOnce([limiter], [use], 5))).toEqual({ admitted: 5 })
  })
}

test('with a wrong token nobody is admitted', async () => {
  const limiter = createRedisLimiter(openUpstash({ ...rest, token: 'wrong', timeoutMs }), {
    clock,
    timeoutMs,
  })
  expect(await limiter.take([useOf()])).toEqual({ outcome: 'unavailable' })
})

test('a command whose answer is lost is not sent again, since it may have counted', async () => {
  let arrived = 0
  const cutting = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data: (socket) => {
        arrived += 1
        socket.terminate()
      },
    },
  })
  const redis = openUpstash({ url: `http://127.0.0.1:${cutting.port}`, token: 'any', timeoutMs: 2000 })
  const limiter = createRedisLimiter(redis, { clock, timeoutMs: 2000 })
  expect(await limiter.take([useOf()])).toEqual({ outcome: 'unavailable' })
  expect(arrived).toBe(1)
  cutting.stop(true)
})
