import type { Redis } from '@upstash/redis'
import { openBunRedis } from '#platform/bun-redis'
import { createRedisLimiter } from '#platform/redis-limiter'
import { systemClock } from '#platform/system'
import { openUpstash } from '#platform/upstash'
import { startUpstashRest } from '../support/upstash-rest'

/** Opens one more client of Redis, as another process would. */
export type OpenRedis = (timeoutMs: number) => Redis

/** Both ways to a Redis: over HTTP, and over TCP. */
export const openRedisDoors = async (url: string, resources: AsyncDisposableStack) => {
  const rest = resources.use(await startUpstashRest(url))
  const overTcp: OpenRedis = (timeoutMs) => {
    const { redis, close } = openBunRedis({ url, timeoutMs })
    resources.defer(close)
    return redis
  }
  const overHttp: OpenRedis = (timeoutMs) => openUpstash({ ...rest, timeoutMs })
  return { rest, doors: { 'over HTTP': overHttp, 'over TCP': overTcp } }
}

/** A limiter that waits longer than a slow machine takes, since these tests are about numbers. */
export const openPatientLimiter = (open: OpenRedis, timeoutMs = 10_000) =>
  createRedisLimiter(open(timeoutMs), { clock: systemClock, timeoutMs })
