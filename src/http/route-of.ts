import type { Context } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from './router'

/** The template of the route that a request is for: the last that matched. Many ask, and it is found once. */
export const routeOf = (c: Context<AppEnv>): string => {
  const known = c.get('route')
  if (known !== undefined) return known
  const route = routePath(c, -1)
  c.set('route', route)
  return route
}
