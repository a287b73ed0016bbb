import type { MiddlewareHandler } from 'hono'
import { describeError } from '#core/describe-error'
import { traceIdOf } from '#core/telemetry'
import { endTrace } from './end-trace'
import { measureRequest } from './measure-request'
import { routeOf } from './route-of'
import type { AppEnv } from './router'
import { tellTiming } from './server-timing'

const levelOf = (status: number) => (status >= 500 ? 'error' : 'info')

/** One wide event for each request: the route's template instead of the address, so that no token in a path is kept. */
export const logRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { clock, log, telemetry, reportError } = c.env
  const startedAt = clock.now().getTime()
  const begunAt = telemetry.elapsed()
  await next()
  const { status } = c.res
  const durationMs = clock.now().getTime() - startedAt
  measureRequest(c, (telemetry.elapsed() - begunAt) / 1000)
  const ctx = c.get('ctx')
  const outages = ctx?.admission.outages ?? []
  const route = status === 404 || status === 405 ? undefined : routeOf(c)
  await tellTiming(c, durationMs)
  endTrace(c, route)
  const actor = ctx?.actor
  const problem = c.get('problem')
  const observation = c.get('observation')
  const names = {
    requestId: c.get('request').id,
    traceId: observation.trace?.traceId ?? traceIdOf(c.get('request').traceparent) ?? undefined,
    spanId: observation.trace?.id,
  }
  const cause = status >= 500 ? describeError(problem?.facts.cause ?? problem) : undefined
  log({
    level: levelOf(status),
    message: 'request',
    ...names,
    method: c.req.method,
    route,
    status,
    durationMs,
    waits: observation.waits(),
    statements: observation.calls('postgres'),
    actor: actor?.kind ?? 'anonymous',
    userId: actor?.kind === 'user' ? actor.userId : undefined,
    keyId: actor?.kind === 'machine' ? actor.keyId : undefined,
    problem: problem?.definition.code,
    outages: outages.length > 0 ? outages : undefined,
    cause,
  })
  if (status === 500 && cause) reportError({ ...names, error: cause, transaction: `${c.req.method} ${route}` })
}
