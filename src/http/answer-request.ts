import type { MiddlewareHandler, Next } from 'hono'
import { allowOrigins } from './allow-origins'
import { noteRefusal } from './note-refusal'
import { noteRequestFacts } from './request-facts'
import { logRequest, noteBeginning } from './request-log'
import type { AppEnv } from './router'
import { addSecurityHeaders } from './security-headers'
import { tellTiming } from './server-timing'

/**
 * What every request passes first: its facts are noted, and its answer is measured, logged and has the headers that all answers have.
 * It is one middleware, since each more costs a request as many promises as a small route does.
 * @param refuseMethod makes of an answer that there is no such route one that there is, with other methods
 */
export const answerRequest =
  (refuseMethod: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    noteRequestFacts(c)
    const beginning = noteBeginning(c)
    await allowOrigins(c, next)
    if (c.res.status === 404) await refuseMethod(c, answered)
    noteRefusal(c)
    await tellTiming(c, logRequest(c, beginning))
    const { headers } = c.res
    headers.set('x-request-id', c.get('request').id)
    // Whoever keeps a connection open takes the next request to a new one, and so to another process.
    if (c.env.isStopping?.()) headers.set('connection', 'close')
    addSecurityHeaders(headers)
  }

const answered: Next = () => Promise.resolve()
