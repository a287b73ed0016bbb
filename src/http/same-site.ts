import type { Context } from 'hono'
import type { AppEnv } from './router'

/**
 * Whether a browser vouches that one of our own pages sent this request: by Fetch Metadata where it speaks of it, by
 * `Origin` otherwise. A request with neither proves nothing.
 */
export const isSameSite = (c: Context<AppEnv>): boolean => {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  return c.req.header('origin') === new URL(c.env.config.BASE_URL).origin
}
