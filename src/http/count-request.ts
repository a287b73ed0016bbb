import type { Context as HttpContext, Next } from 'hono'
import { type Context, newAdmission } from '#core/context'
import { admit, holdToOwnLimit, usualUses } from '#core/limits'
import { retryAfter } from '#core/problem'
import { rateLimited } from '#core/problems'
import { isOwnLimit } from '#core/route-policies'
import { limitHeaders } from './limit-headers'
import { policyOf } from './policy-of'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

/** The period of Cloudflare's rate-limit binding, which does not tell how long to wait. */
const floodSeconds = 10

/** Finds out who calls, if a key has to be looked up for that. */
const identify = async (ctx: Context): Promise<void> => {
  if (ctx.unidentified) ctx.actor = await ctx.unidentified.identify()
}

/** Waits for all, and throws what the first of them threw. */
const settleAll = async (...work: Promise<void>[]): Promise<void> => {
  const settled = await Promise.allSettled(work)
  for (const result of settled) if (result.status === 'rejected') throw result.reason
}

/** On the answer itself where there is one: Hono would make another answer for each. */
const tellLimits = (c: HttpContext<AppEnv>, { admission }: Context): void => {
  const headers = limitHeaders(admission.limits)
  if (c.finalized) for (const [name, value] of headers) c.res.headers.set(name, value)
  else for (const [name, value] of headers) c.header(name, value)
}

/**
 * Counts every request by the limits that all have. A request that only reads is counted while it is answered; one that
 * may change something, before it does. A route with limits of its own counts by all of them at once, in its verb
 * (`admit`); what does not get that far, such as a malformed body, is counted after it was refused. A key that is not known
 * here is looked up while it is counted, so that this is one wait: by a number that no key has, and held to its own after.
 * Throws `rate-limited`, `limits-unavailable`.
 */
export const countRequest = async (c: HttpContext<AppEnv>, next: Next): Promise<void> => {
  const ctx = c.get('ctx')
  const policy = policyOf(c)
  ctx.admission = newAdmission(policy)
  if (!policy || policy.limits.length === 0) {
    await identify(ctx)
    return next()
  }
  const mayGoOn = ctx.request.network === null || ctx.floodFilter(ctx.request.network)
  if (mayGoOn !== true && !(await mayGoOn)) {
    throw rateLimited({ ...retryAfter(floodSeconds), check: { check: 'flood-filter' } })
  }
  const hasOwnLimits = policy.limits.some(isOwnLimit)
  if (hasOwnLimits) {
    await identify(ctx)
    ctx.unidentified = undefined
  }
  ctx.admission.pending = usualUses(ctx)
  try {
    if (isSafe(c.req.method) && !hasOwnLimits) {
      try {
        await settleAll(admit(ctx), ctx.unidentified ? identify(ctx).then(next) : next())
        if (ctx.unidentified) holdToOwnLimit(ctx)
      } catch (error) {
        // It names what was read, which nobody is to see.
        c.header('etag', undefined)
        throw error
      }
      return
    }
    if (!hasOwnLimits) {
      await settleAll(admit(ctx), identify(ctx))
      if (ctx.unidentified) holdToOwnLimit(ctx)
    }
    await next()
    await admit(ctx)
  } finally {
    tellLimits(c, ctx)
  }
}
