import type { Context } from 'hono'
import { describeError } from '#core/describe-error'
import { traceIdOf } from '#core/telemetry'
import { endTrace } from './end-trace'
import { measureRequest } from './measure-request'
import { routeOf } from './route-of'
import type { AppEnv } from './router'

const levelOf = (status: number) => (status >= 500 ? 'error' : 'info')

/** When a request began, by the clock and by what never goes back. */
export interface Beginning {
  startedAt: number
  begunAt: number
}

export const noteBeginning = ({ env: { clock, telemetry } }: Context<AppEnv>): Beginning => ({
  startedAt: clock.now().getTime(),
  begunAt: telemetry.elapsed(),
})

/**
 * Measures a request that is answered, ends its trace and logs it: one wide event for each request, with the route's template instead of
 * the address, so that no token in a path is kept.
 * @returns how long it took, in milliseconds
 */
export const logRequest = (c: Context<AppEnv>, { startedAt, begunAt }: Beginning): number => {
  const { clock, log, telemetry, reportError } = c.env
  const { status } = c.res
  const durationMs = clock.now().getTime() - startedAt
  measureRequest(c, (telemetry.elapsed() - begunAt) / 1000)
  const ctx = c.get('ctx')
  const outages = ctx?.admission.outages ?? []
  const route = status === 404 || status === 405 ? undefined : routeOf(c)
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
  return durationMs
}
