import type { Context } from '#core/context'
import { limitOf } from '#core/limits'
import type { Dependency } from '#core/platform'
import { notFound } from '#core/problems'
import { isRateLimitName, rateLimits } from '#core/rate-limits'
import { modeOf, routePolicies } from '#core/route-policies'
import { isSameSecret } from '#core/secrets'
import type { Policy } from './contract'

const dependencies: Dependency[] = ['postgres', 'redis', 'mail', 'captcha', 'breaches']

const inForceSeconds = 60

/** An operator proves to be one by the token; without one configured, only a developer may look. */
const requireOperator = async ({ config }: Context, authorization = ''): Promise<void> => {
  const token = config.OPERATOR_TOKEN
  const isOperator = token ? await isSameSecret(authorization, `Bearer ${token}`) : config.ENVIRONMENT !== 'production'
  if (!isOperator) throw notFound()
}

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
