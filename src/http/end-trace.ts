import type { Context } from 'hono'
import { knownMethod } from './known-method'
import type { AppEnv } from './router'

/**
 * Ends the trace of a request, by the names of OpenTelemetry's conventions for HTTP; the address that was asked for stays
 * out of it, since it may hold a secret.
 * @param route the template, if there is one
 */
export const endTrace = (c: Context<AppEnv>, route: string | undefined): void => {
  const { trace } = c.get('observation')
  if (!trace) return
  const { status } = c.res
  const problem = c.get('problem')
  const method = knownMethod(c.req.method)
  const name = method === '_OTHER' ? 'HTTP' : method
  const attributes: Record<string, string | number> = {
    'http.request.method': method,
    'http.response.status_code': status,
    'postern.request.id': c.get('request').id,
  }
  if (route) attributes['http.route'] = route
  if (problem) attributes['error.type'] = problem.definition.code
  trace.end({ name: route ? `${name} ${route}` : name, failed: status >= 500, attributes })
}
