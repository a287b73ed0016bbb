import type { Context as HttpContext } from 'hono'
import { knownMethod } from './known-method'
import { policyOf } from './policy-of'
import { routeOf } from './route-of'
import type { AppEnv } from './router'

/** The template of the route that a request is for; `none` where there is no such route, however the path reads. */
const labelOf = (c: HttpContext<AppEnv>): string => (policyOf(c) ? routeOf(c) : 'none')

/** Measures a request that is answered. @param seconds how long that took */
export const measureRequest = (c: HttpContext<AppEnv>, seconds: number): void => {
  const { meter, noteRequest } = c.env.telemetry
  const observation = c.get('observation')
  const route = labelOf(c)
  const method = knownMethod(c.req.method)
  const labels = { route, method, status: String(c.res.status) }
  const statements = observation.calls('postgres')
  meter.add('http_requests_total', labels)
  meter.observe('http_request_duration_seconds', labels, seconds)
  meter.observe('db_round_trips', { route }, statements)
  meter.observe('redis_round_trips', { route }, observation.calls('redis'))
  const problem = c.get('problem')?.definition.code
  noteRequest?.({ ...labels, problem, seconds, statements, waits: observation.waits() })
}
