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
  /** the e-mail address as submitted; above `register`, so that one impatient person stays within it */
  mailAfterRegistration: { limit: 6, windowSeconds: 900 },
  /** the kind of mail, and the e-mail address as submitted */
  sendMail: { limit: 3, windowSeconds: 900 },
  /** client address */
  consumeToken: { limit: 30, windowSeconds: 60 },
  /** account */
  changePassword: { limit: 10, windowSeconds: 600 },
  /** account */
  changeEmail: { limit: 3, windowSeconds: 900 },
} as const satisfies Record<string, RateLimitPolicy>

const take = (ctx: Context, name: keyof typeof limits, by: (string | null)[]) =>
  ctx.limiter.take([name, ...by.map((part) => part ?? 'unknown')].join(':'), limits[name])

/** Counts one use. Callers without an address share one bucket. Throws `rate-limited`. */
export const takeLimit = async (ctx: Context, name: keyof typeof limits, ...by: (string | null)[]): Promise<void> => {
  const { allowed, retryAfterSeconds } = await take(ctx, name, by)
  if (!allowed) throw rateLimited(retryAfter(retryAfterSeconds))
}

/** Counts one use of what the caller must not learn about, and says whether it may happen. */
export const isWithinLimit = async (ctx: Context, name: keyof typeof limits, by: string): Promise<boolean> =>
  (await take(ctx, name, [by])).allowed
