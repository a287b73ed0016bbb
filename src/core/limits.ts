import type { Context } from './context'
import type { RateLimitPolicy } from './platform'
import { retryAfter } from './problem'
import { rateLimited } from './problems'

/** How often something may be asked for. The comment says what is counted by. */
export const limits = {
  /** client address */
  register: { limit: 5, windowSeconds: 60 },
  /** client address and account */
  logIn: { limit: 10, windowSeconds: 60 },
  /** the e-mail address as submitted */
  sendMail: { limit: 3, windowSeconds: 900 },
  /** client address */
  proveEmail: { limit: 30, windowSeconds: 60 },
} as const satisfies Record<string, RateLimitPolicy>

/** Counts one use. Callers without an address share one bucket. Throws `rate-limited`. */
export const takeLimit = async (ctx: Context, name: keyof typeof limits, ...by: (string | null)[]): Promise<void> => {
  const key = [name, ...by.map((part) => part ?? 'unknown')].join(':')
  const { allowed, retryAfterSeconds } = await ctx.limiter.take(key, limits[name])
  if (!allowed) throw rateLimited(retryAfter(retryAfterSeconds))
}
