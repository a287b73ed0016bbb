import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from './router'

const levelOf = (status: number) => (status >= 500 ? 'error' : 'info')

/** An error as a log may show it: our own message and stack, which never hold a value of a statement. */
const describeCause = (cause: unknown) => (cause instanceof Error ? `${cause.stack ?? cause}` : undefined)

/** The trace that the caller is part of (W3C Trace Context, section 3.2). */
const readTraceId = (traceparent = ''): string | undefined =>
  /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent)?.[1]

/** One wide event for each request: the route's template instead of the address, so that no token in a path is kept. */
export const logRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { clock, config, log } = c.env
  const startedAt = clock.now().getTime()
  await next()
  const { status } = c.res
  const durationMs = clock.now().getTime() - startedAt
  const ctx = c.get('ctx')
  const outages = ctx?.admission.outages ?? []
  if (config.ENVIRONMENT === 'development') c.header('server-timing', `total;dur=${durationMs}`)
  for (const [dependency, mode] of outages.map((outage) => outage.split(':'))) {
    c.header('server-timing', `${dependency};desc="${mode}"`, { append: true })
  }
  const actor = ctx?.actor
  const problem = c.get('problem')
  log({
    level: levelOf(status),
    message: 'request',
    requestId: c.get('request').id,
    traceId: readTraceId(c.req.header('traceparent')),
    method: c.req.method,
    route: status === 404 || status === 405 ? undefined : routePath(c, -1),
    status,
    durationMs,
    userId: actor?.kind === 'user' ? actor.userId : undefined,
    problem: problem?.definition.code,
    outages: outages.length > 0 ? outages : undefined,
    cause: status >= 500 ? describeCause(problem?.facts.cause) : undefined,
  })
}
