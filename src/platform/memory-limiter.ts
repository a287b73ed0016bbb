import type { Clock, RateLimiter } from '#core/platform'

const mostKeys = 100_000

/** Counts in this process, by fixed windows. It forgets at a restart, and other processes count for themselves. */
export const createMemoryLimiter = (clock: Clock): RateLimiter => {
  const windows = new Map<string, { used: number; endsAt: number }>()
  const dropEnded = (now: number) => {
    for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key)
    // Still full: the oldest windows go, so that memory stays bounded under a flood of addresses.
    for (const key of windows.keys()) {
      if (windows.size < mostKeys) break
      windows.delete(key)
    }
  }
  return {
    async take(key, { limit, windowSeconds }) {
      const now = clock.now().getTime()
      const known = windows.get(key)
      if (!known && windows.size >= mostKeys) dropEnded(now)
      const window = known && known.endsAt > now ? known : { used: 0, endsAt: now + windowSeconds * 1000 }
      window.used += 1
      windows.set(key, window)
      return { allowed: window.used <= limit, retryAfterSeconds: Math.ceil((window.endsAt - now) / 1000) }
    },
  }
}

/** Allows everything: for tests and benchmarks, refused in production. */
export const unlimited: RateLimiter = { take: async () => ({ allowed: true, retryAfterSeconds: 0 }) }
