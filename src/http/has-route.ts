import { METHOD_NAME_ALL } from 'hono/router'
import type { Router } from './router'

/**
 * Whether a router answers a request by a route of its own, and not only by what every request passes. `HEAD` has none: it is
 * answered by that of `GET`.
 * @param path as the router reads it: `router.getPath(request)`
 */
export const hasRoute = ({ router }: Router, method: string, path: string): boolean =>
  router.match(method, path)[0].some(([[, route]]) => route.method !== METHOD_NAME_ALL)
