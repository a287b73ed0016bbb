import type { Context } from '#core/context'
import type { LimitFacts } from './contract'

/** So many ask at once, and so many may pass. */
const asked = 20
const limit = 10
const windowSeconds = 60

const median = (sorted: number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0

/**
 * Counts as requests are counted, under a key of its own: one after the other for how long that takes, then all at once for
 * whether exactly as many pass as may. Nothing where nobody counts for all.
 */
export async function examineLimits({ config, limiter, ids, telemetry }: Context): Promise<LimitFacts | null> {
  const hasRedis = config.REDIS_URL !== undefined || config.UPSTASH_REDIS_REST_URL !== undefined
  if (!hasRedis || config.RATE_LIMITS === 'off') return null
  const use = (key: string) => limiter.take([{ name: 'everyone', key, limit, windowSeconds }])
  const durations: number[] = []
  const alone = `checkup:${ids.next()}`
  for (let turn = 0; turn < 3; turn += 1) {
    const began = telemetry.elapsed()
    await use(alone)
    durations.push(telemetry.elapsed() - began)
  }
  const together = `checkup:${ids.next()}`
  const verdicts = await Promise.all(Array.from({ length: asked }, () => use(together)))
  const count = (outcome: string) => verdicts.filter((verdict) => verdict.outcome === outcome).length
  return {
    asked,
    limit,
    admitted: count('admitted'),
    unavailable: count('unavailable'),
    medianMilliseconds: median(durations.toSorted((a, b) => a - b)),
  }
}
