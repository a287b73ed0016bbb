import type { Clock, RateLimiter } from '#core/platform'

const mostKeys = 100_000

interface Window {
  used: number
  endsAt: number
}

/**
 * Counts in this process, by fixed windows. It forgets at a restart, and other processes count for themselves. When it
 * is full, as under a flood of addresses, the window goes that ends first.
 */
export const createMemoryLimiter = (clock: Clock): RateLimiter => {
  /** One map for each length of windows, so that what starts first ends first: the first entry of each is its oldest. */
  const byLength = new Map<number, Map<string, Window>>()

  const countKeys = () => [...byLength.values()].reduce((sum, windows) => sum + windows.size, 0)

  const dropOldest = () => {
    const oldest = [...byLength.values()].flatMap((windows) => {
      const [first] = windows
      return first ? [{ windows, key: first[0], endsAt: first[1].endsAt }] : []
    })
    const [next] = oldest.sort((a, b) => a.endsAt - b.endsAt)
    next?.windows.delete(next.key)
  }

  return {
    async take(key, { limit, windowSeconds }) {
      const now = clock.now().getTime()
      const windows = byLength.get(windowSeconds) ?? new Map<string, Window>()
      byLength.set(windowSeconds, windows)
      const known = windows.get(key)
      const window = known && known.endsAt > now ? known : { used: 0, endsAt: now + windowSeconds * 1000 }
      if (window !== known) {
        windows.delete(key)
        if (countKeys() >= mostKeys) dropOldest()
        windows.set(key, window)
      }
      window.used += 1
      return { allowed: window.used <= limit, retryAfterSeconds: Math.ceil((window.endsAt - now) / 1000) }
    },
  }
}

/** Allows everything: for tests and benchmarks, refused in production. */
export const unlimited: RateLimiter = { take: async () => ({ allowed: true, retryAfterSeconds: 0 }) }
