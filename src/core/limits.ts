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

/** What the uses of a limit are kept by. */
export const keyOf = (use: Use): string => {
  let key: string = use[0]
  for (let at = 1; at < use.length; at += 1) key += `:${use[at] ?? 'unknown'}`
  return key
}

/** The most requests a minute that an API key may allow. */
export const mostPerMinute = 60_000

/**
 * The limit of an API key.
 * @param perMinute its own number, null if it has none; undefined while that is not known, which no key comes near
 */
const limitOfKey = (config: Config, perMinute: number | null | undefined): RateLimit => {
  const { limit, windowSeconds } = limitOf(config, 'apiKey')
  const own = Math.ceil(((perMinute ?? mostPerMinute) * windowSeconds) / 60)
  if (perMinute === undefined) return { limit: Math.max(limit, own) + 1, windowSeconds }
  return { limit: perMinute === null ? limit : own, windowSeconds }
}

const toLimitUse = ({ config, actor, unidentified }: Context, use: Use): LimitUse => {
  const own = actor.kind === 'machine' ? (actor.limitPerMinute ?? null) : null
  const perMinute = unidentified ? undefined : own
  const limit = use[0] === 'apiKey' ? limitOfKey(config, perMinute) : limitOf(config, use[0])
  return { ...limit, name: use[0], key: keyOf(use) }
}

const callerUses = ({ actor, request, unidentified }: Context): Use[] => {
  // Who shows a key that is known is counted by that alone: many programs share a network.
  if (actor.kind === 'machine') return [['apiKey', actor.keyHash ?? actor.keyId]]
  const uses: Use[] = [['address', request.network]]
  if (unidentified) uses.push(['apiKey', unidentified.keyHash])
  if (actor.kind === 'user') uses.push(['account', actor.userId])
  return uses
}

/** What any request is counted by: nothing where its route has no such limits. */
export const usualUses = (ctx: Context): Use[] => {
  const uses: Use[] = [['everyone'], ...callerUses(ctx)]
  return uses.filter(([name]) => ctx.admission.policy?.limits.includes(name === 'apiKey' ? 'account' : name))
}

/** What is done without whoever counts, as the route's policy says. */
const takeWithout = async (ctx: Context, uses: LimitUse[]): Promise<LimitVerdict> => {
  const mode = modeWithout(ctx, 'redis')
  if (mode === 'local') return ctx.localLimiter.take(uses)
  return mode === 'open' ? { outcome: 'admitted', limits: [] } : { outcome: 'unavailable' }
}

/** Of a refusal only the limit that refused: the others decided nothing. */
const countDecisions = ({ telemetry: { meter } }: Context, uses: LimitUse[], verdict: LimitVerdict): void => {
  const count = (limit: RateLimitName, outcome: string) => meter.add('ratelimit_decisions_total', { limit, outcome })
  if (verdict.outcome === 'refused') count(verdict.by.name, 'refused')
  else if (verdict.outcome === 'unavailable') for (const { name } of uses) count(name, 'unavailable')
  else for (const { name, isLeftOut } of verdict.limits) count(name, isLeftOut ? 'left_out' : 'admitted')
}

const take = async (ctx: Context, uses: LimitUse[]) => {
  const verdict = await ctx.limiter.take(uses)
  countDecisions(ctx, uses, verdict)
  const settled = verdict.outcome === 'unavailable' ? await takeWithout(ctx, uses) : verdict
  if (settled.outcome === 'unavailable') throw limitsUnavailable(retryAfter(unavailableSeconds))
  return settled
}

const refusal = (by: LimitState) => {
  const resetSeconds = Math.max(1, Math.ceil(by.resetSeconds))
  const { name, limit: most, windowSeconds } = by
  return rateLimited({
    ...retryAfter(resetSeconds),
    check: { check: 'limit', limit: name, most, windowSeconds, resetSeconds },
  })
}

const admitTogether = async (ctx: Context, own: Use[], optional: LimitUse[]): Promise<LimitState[]> => {
  const uses = [...ctx.admission.pending.splice(0), ...own].map((use) => toLimitUse(ctx, use))
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
  const optional: LimitUse = { ...toLimitUse(ctx, asked), isOptional: true }
  const [state] = await admitTogether(ctx, own, [optional])
  return !state?.isLeftOut
}

/**
 * Counts a request, and a use of an API key that somebody else showed, which refuses nobody.
 * @param perMinute as for `limitOfKey`
 * @returns how the limit of that key stands; undefined where nothing is counted
 * Throws `rate-limited`, `limits-unavailable`.
 */
export const admitAndCount = async (
  ctx: Context,
  keyHash: string,
  perMinute: number | null | undefined,
): Promise<LimitState | undefined> => {
  const use: Use = ['apiKey', keyHash]
  const asked: LimitUse = { ...limitOfKey(ctx.config, perMinute), name: use[0], key: keyOf(use), isOptional: true }
  const [state] = await admitTogether(ctx, [], [asked])
  return state
}

/** How a limit stands that was counted before its number was known. `remaining` is below 0 if it is used up. */
export const toOwnLimit = (config: Config, state: LimitState, perMinute: number | null): LimitState => {
  const { limit } = limitOfKey(config, perMinute)
  return { ...state, limit, remaining: limit - (state.limit - state.remaining) }
}

/**
 * Holds a caller, whose key was looked up while it was counted, to the number of that key. Throws `rate-limited`.
 */
export const holdToOwnLimit = ({ config, admission, actor }: Context): void => {
  const index = admission.limits.findIndex(({ name }) => name === 'apiKey')
  const [blind] = index < 0 ? [] : admission.limits.splice(index, 1)
  if (!blind || actor.kind !== 'machine') return
  const own = toOwnLimit(config, blind, actor.limitPerMinute ?? null)
  admission.limits.push({ ...own, remaining: Math.max(0, own.remaining) })
  if (own.remaining < 0) throw refusal(own)
}
