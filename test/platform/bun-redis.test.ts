import { afterAll, beforeEach, expect, test } from 'bun:test'
import { openBunRedis } from '#platform/bun-redis'
import { createRedisLimiter } from '#platform/redis-limiter'
import { openTcpProxy } from '../runtimes/tcp-proxy'
import { findRedis } from '../support/redis'
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
let connections = 0
const proxy = resources.use(
  await openTcpProxy(server.url, () => {
    connections += 1
    return { sent: () => {}, delivered: () => {} }
  }),
)

const open = () => {
  const { redis, close } = openBunRedis({ url: proxy.through(server.url), timeoutMs })
  resources.defer(close)
  return { redis, limiter: createRedisLimiter(redis, { clock, timeoutMs }) }
}

beforeEach(async () => {
  await proxy.turn('clear')
  connections = 0
})
afterAll(() => resources.disposeAsync())

const timed = async <T>(work: Promise<T>) => {
  const startedAt = performance.now()
  return { value: await work, milliseconds: performance.now() - startedAt }
}

test('a connection serves all commands, also those that Redis refuses', async () => {
  const { redis, limiter } = open()
  expect(await redis.ping()).toBe('PONG')
  await expect(redis.eval('return {', [], [])).rejects.toThrow('compiling')
  expect(tally(await takeAtOnce([limiter], [useOf({ limit: 40 })], 50))).toEqual({ admitted: 40, refused: 10 })
  expect(connections).toBe(1)
})

for (const weather of ['black-hole', 'refused', 'hang-up'] as const) {
  test(`while Redis is away (${weather}) nobody is admitted, soon nobody waits, and then all is well again`, async () => {
    const { limiter } = open()
    const use = useOf({ limit: 100 })
    expect(await limiter.take([use])).toMatchObject({ outcome: 'admitted' })
    await proxy.turn(weather)
    for (let count = 0; count < 3; count += 1) {
      const { value, milliseconds } = await timed(limiter.take([use]))
      expect(value).toEqual({ outcome: 'unavailable' })
      expect(milliseconds).toBeLessThan(timeoutMs + slackMs)
    }
    const { value, milliseconds } = await timed(takeAtOnce([limiter], [use], 50))
    expect(tally(value)).toEqual({ unavailable: 50 })
    expect(milliseconds).toBeLessThan(100)
    await proxy.turn('clear')
    // The limiter's deadline may pass a moment before the client's own, and the pause that lies between is skipped here.
    await Bun.sleep(50)
    skewMs += pauseMs
    expect(await limiter.take([use])).toMatchObject({ outcome: 'admitted' })
    expect(tally(await takeAtOnce([limiter], [use], 5))).toEqual({ admitted: 5 })
  })
}

test('when a connection goes deaf its commands fail in time, and the next get a new one', async () => {
  const { redis } = open()
  await redis.ping()
  await proxy.turn('stale')
  const { value, milliseconds } = await timed(Promise.allSettled([redis.ping(), redis.ping(), redis.ping()]))
  expect(value.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(milliseconds).toBeLessThan(timeoutMs + slackMs)
  expect(await redis.ping()).toBe('PONG')
  expect(connections).toBe(2)
})

test('when a connection breaks its commands fail at once, and the next get a new one', async () => {
  const { redis } = open()
  await redis.ping()
  await proxy.turn('black-hole')
  const pending = timed(Promise.allSettled([redis.ping(), redis.ping()]))
  await Bun.sleep(50)
  await proxy.turn('clear')
  proxy.reset()
  const { value, milliseconds } = await pending
  // What was held may arrive before the break.
  expect(value.map(({ status }) => status)).toEqual([expect.any(String), expect.any(String)])
  expect(milliseconds).toBeLessThan(timeoutMs)
  await Bun.sleep(20)
  expect(await redis.ping()).toBe('PONG')
})

test('a connection that ended while nobody used it is noticed before the next command, or costs no more than that one', async () => {
  const { redis } = open()
  await redis.ping()
  proxy.reset()
  await Bun.sleep(50)
  await redis.ping().catch(() => {})
  expect(await redis.ping()).toBe('PONG')
})
