import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from './router'

const levelOf = (status: number) => (status >= 500 ? 'error' : 'info')

/** An error as a log may show it: our own message and stack, which never hold a value of a statement. */
const describeCause = (cause: unknown) => (cause instanceof Error ? `${cause.stack ?? cause}` : undefined)

/** One wide event for each request: the route's template instead of the address, so that no token in a path is kept. */
export const logRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = c.env.clock.now().getTime()
  await next()
  const { status } = c.res
  const actor = c.get('ctx')?.actor
  const problem = c.get('problem')
  c.env.log({
    level: levelOf(status),
    message: 'request',
    requestId: c.get('request').id,
    method: c.req.method,
    route: status === 404 ? undefined : routePath(c, -1),
    status,
    durationMs: c.env.clock.now().getTime() - startedAt,
    userId: actor?.kind === 'user' ? actor.userId : undefined,
    problem: problem?.definition.code,
    cause: status >= 500 ? describeCause(problem?.facts.cause) : undefined,
  })
}
