import type { MiddlewareHandler } from 'hono'
import { type AuthenticateToken, attachContext } from './attach-context'
import { countRequest } from './count-request'
import { limitBody } from './limit-body'
import { refuseEncodedBodies } from './refuse-encoded-bodies'
import type { AppEnv } from './router'

/** Lets a request go on to its route: its body is bounded, who calls is found out, and it is counted. Throws what these throw. */
export const admitRequest = (authenticateToken: AuthenticateToken): MiddlewareHandler<AppEnv> => {
  const attach = attachContext(authenticateToken)
  return (c, next) => {
    refuseEncodedBodies(c)
    return limitBody(c, () => {
      const attached = attach(c)
      return attached ? attached.then(() => countRequest(c, next)) : countRequest(c, next)
    })
  }
}
