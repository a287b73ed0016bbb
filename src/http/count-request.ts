import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { newAdmission } from '#core/context'
import { admit, usualUses } from '#core/limits'
import { retryAfter } from '#core/problem'
import { rateLimited } from '#core/problems'
import { isOwnLimit, routePolicies } from '#core/route-policies'
import { limitHeaders } from './limit-headers'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

/** The period of Cloudflare's rate-limit binding, which does not tell how long to wait. */
const floodSeconds = 10

const policyOf = (c: Context<AppEnv>) =>
  routePolicies[`${c.req.method === 'HEAD' ? 'GET' : c.req.method} ${routePath(c, -1)}`]

/**
 * Counts every request by the limits that all have. A request that only reads is counted while it is answered; one that
 * may change something, before it does. A route with limits of its own counts by all of them at once, in its verb
 * (`admit`); what does not get that far, such as a malformed body, is counted after it was refused.
 * Throws `rate-limited`, `limits-unavailable`.
 */
export const countRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const ctx = c.var.ctx
  const policy = policyOf(c)
  ctx.admission = newAdmission(policy)
  if (!policy || policy.limits.length === 0) return next()
  if (ctx.request.network && !(await ctx.floodFilter(ctx.request.network))) throw rateLimited(retryAfter(floodSeconds))
  ctx.admission.pending = usualUses(ctx)
  try {
    const hasOwnLimits = policy.limits.some(isOwnLimit)
    if (isSafe(c.req.method) && !hasOwnLimits) {
      const [counted] = await Promise.allSettled([admit(ctx), next()])
      if (counted.status === 'rejected') throw counted.reason
      return
    }
    if (!hasOwnLimits) await admit(ctx)
    await next()
    await admit(ctx)
  } finally {
    for (const [name, value] of limitHeaders(ctx.admission.limits)) c.header(name, value)
  }
}
