import type { Context } from '#core/context'
import { limitOf } from '#core/limits'
import { dependencies } from '#core/outages'
import { isRateLimitName, rateLimits } from '#core/rate-limits'
import { modeOf, routePolicies } from '#core/route-policies'
import type { Policy } from './contract'
import { requireOperator } from './require-operator'

const inForceSeconds = 60

const limitsNow = ({ config }: Context): Policy['limits'] =>
  Object.fromEntries(
    Object.keys(rateLimits)
      .filter(isRateLimitName)
      .map((name) => [name, limitOf(config, name)]),
  )

const routesNow = ({ config }: Context): Policy['routes'] =>
  Object.entries(routePolicies).map(([route, policy]) => ({
    route,
    limits: [...policy.limits],
    without: Object.fromEntries(
      dependencies
        .filter((dependency) => policy[dependency] !== undefined)
        .map((dependency) => [dependency, modeOf(config, policy, dependency)]),
    ),
  }))

/** What each route is counted by and does without a dependency, and how often that happened. Throws `not-found`. */
export async function getPolicy(ctx: Context, authorization: string | undefined): Promise<Policy> {
  await requireOperator(ctx, authorization)
  const recent = ctx.clock.now().getTime() - inForceSeconds * 1000
  return {
    limits: limitsNow(ctx),
    routes: routesNow(ctx),
    outages: ctx.outages.list().map(({ firstAt, lastAt, ...outage }) => ({
      ...outage,
      inForce: lastAt.getTime() > recent,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    })),
  }
}
