import type { Config } from './config'
import type { Context } from './context'
import { modeWithout } from './outages'
import type { LimitState, LimitUse, LimitVerdict } from './platform'
import { retryAfter } from './problem'
import { limitsUnavailable, rateLimited } from './problems'
import { type RateLimit, type RateLimitName, rateLimits, type Use } from './rate-limits'

/** How soon it is worth to try again, when it is not known how long who counts is away. */
const unavailableSeconds = 2

/** A limit as it is configured. */
export const limitOf = (config: Config, name: RateLimitName): RateLimit =>
  config.RATE_LIMIT_OVERRIDES[name] ?? rateLimits[name]

const toLimitUse = (config: Config, [name, ...by]: Use): LimitUse => ({
  ...limitOf(config, name),
  name,
  key: [name, ...by.map((part) => part ?? 'unknown')].join(':'),
})

/** What any request is counted by: nothing where its route has no such limits. */
export const usualUses = ({ admission, request, actor }: Context): Use[] => {
  const uses: Use[] = [
    ['everyone'],
    ['address', request.network],
    ...(actor.kind === 'user' ? [['account', actor.userId] satisfies Use] : []),
  ]
  return uses.filter(([name]) => admission.policy?.limits.includes(name))
}

/** What is done without whoever counts, as the route's policy says. */
const takeWithout = async (ctx: Context, uses: LimitUse[]): Promise<LimitVerdict> => {
  const mode = modeWithout(ctx, 'redis')
  if (mode === 'local') return ctx.localLimiter.take(uses)
  return mode === 'open' ? { outcome: 'admitted', limits: [] } : { outcome: 'unavailable' }
}

const take = async (ctx: Context, uses: LimitUse[]) => {
  const verdict = await ctx.limiter.take(uses)
  const settled = verdict.outcome === 'unavailable' ? await takeWithout(ctx, uses) : verdict
  if (settled.outcome === 'unavailable') throw limitsUnavailable(retryAfter(unavailableSeconds))
  return settled
}

const refusal = (by: LimitState) => rateLimited(retryAfter(Math.max(1, Math.ceil(by.resetSeconds))))

const admitTogether = async (ctx: Context, own: Use[], optional: LimitUse[]): Promise<LimitState[]> => {
  const uses = [...ctx.admission.pending.splice(0), ...own].map((use) => toLimitUse(ctx.config, use))
  if (uses.length + optional.length === 0) return []
  const verdict = await take(ctx, [...uses, ...optional])
  ctx.admission.limits.push(...verdict.limits.slice(0, uses.length))
  if (verdict.outcome === 'refused') throw refusal(verdict.by)
  return verdict.limits.slice(uses.length)
}

/**
 * Counts a request by all of its limits at once, those that any request has among them: by each of them, or by none if
 * one is used up. Callers without an address share one bucket. Throws `rate-limited`, `limits-unavailable`.
 */
export const admit = async (ctx: Context, ...own: Use[]): Promise<void> => {
  await admitTogether(ctx, own, [])
}

/**
 * The same, with one use more that refuses nobody and that the caller is not told of. It is counted only if the request is
 * admitted, and says whether it was within its limit. Throws `rate-limited`, `limits-unavailable`.
 */
export const admitAndAsk = async (ctx: Context, asked: Use, ...own: Use[]): Promise<boolean> => {
  const optional: LimitUse = { ...toLimitUse(ctx.config, asked), isOptional: true }
  const [state] = await admitTogether(ctx, own, [optional])
  return !state?.isLeftOut
}
