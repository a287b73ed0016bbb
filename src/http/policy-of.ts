import type { Context } from 'hono'
import { routePolicies } from '#core/route-policies'
import type { RoutePolicy } from '#core/route-policy'
import { routeOf } from './route-of'
import type { AppEnv } from './router'

/** The line of the table for the route that a request is for; undefined for a route that there is not. */
export const policyOf = (c: Context<AppEnv>): RoutePolicy | undefined =>
  routePolicies[`${c.req.method === 'HEAD' ? 'GET' : c.req.method} ${routeOf(c)}`]
