import type { Context } from 'hono'
import { knownMethod } from './known-method'
import type { AppEnv } from './router'

/**
 * Ends the trace of a request, by the names of OpenTelemetry's conventions for HTTP; the address that was asked for stays
 * out of it, since it may hold a secret.
 * @param route the template, if there is one
 */
export const endTrace = (c: Context<AppEnv>, route: string | undefined): void => {
  const { status } = c.res
  const problem = c.get('problem')
  const method = knownMethod(c.req.method)
  c.get('observation').trace?.end({
    name: [method === '_OTHER' ? 'HTTP' : method, route].filter(Boolean).join(' '),
    failed: status >= 500,
    attributes: {
      'http.request.method': method,
      ...(route && { 'http.route': route }),
      'http.response.status_code': status,
      ...(problem && { 'error.type': problem.definition.code }),
      'postern.request.id': c.get('request').id,
    },
  })
}
