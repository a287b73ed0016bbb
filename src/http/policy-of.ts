import type { Context } from 'hono'
import { routePolicies } from '#core/route-policies'
import type { RoutePolicy } from '#core/route-policy'
import { routeOf } from './route-of'
import type { AppEnv } from './router'

/** The line of the table for the route that a request is for; undefined for a route that there is not. Many ask, and it is looked up once. */
export const policyOf = (c: Context<AppEnv>): RoutePolicy | undefined => {
  const known = c.get('policy')
  if (known !== undefined) return known ?? undefined
  const policy = routePolicies[`${c.req.method === 'HEAD' ? 'GET' : c.req.method} ${routeOf(c)}`]
  c.set('policy', policy ?? null)
  return policy
}
