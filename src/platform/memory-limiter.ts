import type { Clock, Counters, LimitState, LimitUse, RateLimiter } from '#core/platform'
import { toVerdict } from './limit-verdict'

/** Under a flood of addresses the keys go that were used least recently. */
const mostKeys = 100_000

/** When the uses of a key happened, oldest first; those before `head` are over. */
interface UseLog {
  times: number[]
  head: number
}

const usedOf = ({ times, head }: UseLog) => times.length - head

const dropOver = (log: UseLog, over: number): void => {
  while (log.head < log.times.length && (log.times[log.head] ?? 0) <= over) log.head += 1
  if (log.head * 2 > log.times.length) {
    log.times.splice(0, log.head)
    log.head = 0
  }
}

/**
 * Counts in this process. It forgets at a restart, and other processes count for themselves. Since each use is kept
 * until it is over, there is no edge between two windows at which more could pass.
 */
export const createMemoryLimiter = (clock: Clock): RateLimiter & Counters => {
  /** The key that was used least recently comes first. */
  const logs = new Map<string, UseLog>()

  const open = ({ key, windowSeconds }: LimitUse, now: number): UseLog => {
    const log = logs.get(key) ?? { times: [], head: 0 }
    dropOver(log, now - windowSeconds * 1000)
    return log
  }

  const keep = (key: string, log: UseLog, now: number): void => {
    log.times.push(now)
    logs.delete(key)
    logs.set(key, log)
    if (logs.size <= mostKeys) return
    for (const oldest of logs.keys()) {
      logs.delete(oldest)
      return
    }
  }

  const stateOf = ({ name, limit, windowSeconds }: LimitUse, log: UseLog, now: number): LimitState => {
    const oldest = log.times[log.head] ?? now
    const resetSeconds = (oldest + windowSeconds * 1000 - now) / 1000
    return { name, limit, windowSeconds, remaining: Math.max(0, limit - usedOf(log)), resetSeconds }
  }

  return {
    take: async (uses) => {
      const now = clock.now().getTime()
      const opened = uses.map((use) => ({ use, log: open(use, now) }))
      const isRefused = opened.some(({ use, log }) => !use.isOptional && usedOf(log) >= use.limit)
      const limits = opened.map(({ use, log }): LimitState => {
        const counts = !isRefused && usedOf(log) < use.limit
        if (counts) keep(use.key, log, now)
        return { ...stateOf(use, log, now), ...(use.isOptional && !counts && { isLeftOut: true }) }
      })
      return toVerdict(!isRefused, limits)
    },
    forget: async (keys) => keys.filter((key) => logs.delete(key)).length,
  }
}

/** Allows everything: for tests and benchmarks, refused in production. */
export const unlimited: RateLimiter & Counters = {
  take: async () => ({ outcome: 'admitted', limits: [] }),
  forget: async () => 0,
}
