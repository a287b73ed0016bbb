import { methodNotAllowed as refuseMethod } from 'hono/method-not-allowed'
import { methodNotAllowed } from '#core/problems'
import { allowOrigins } from '#http/allow-origins'
import { attachContext } from '#http/attach-context'
import { countRequest } from '#http/count-request'
import { limitBody } from '#http/limit-body'
import { noteRefusal } from '#http/note-refusal'
import { refuseEncodedBodies } from '#http/refuse-encoded-bodies'
import { noteRequestFacts } from '#http/request-facts'
import { logRequest } from '#http/request-log'
import { respondNotFound, respondWithProblem } from '#http/respond-with-problem'
import { createRouter, type Router } from '#http/router'
import { secureHeaders } from '#http/security-headers'
import { authenticateCaller } from './features/api-keys/authenticate-caller'

/** Where a router of a feature stands. */
export type Mount = [path: string, router: Router]

/** A router of what is mounted, behind all that every request passes. It holds no state: what it needs of the world comes in with each request. */
export const composeApp = (mounts: Mount[]): Router => {
  const app = createRouter()
  app.onError(respondWithProblem)
  app.notFound(respondNotFound)
  app.use(secureHeaders, noteRequestFacts, logRequest, noteRefusal, allowOrigins)
  app.use(
    refuseMethod({
      app,
      onMethodNotAllowed: (c, methods) =>
        respondWithProblem(methodNotAllowed({ headers: { allow: methods.join(', ') } }), c),
    }),
  )
  app.use(refuseEncodedBodies)
  app.use(limitBody)
  app.use(attachContext(authenticateCaller))
  app.use(countRequest)

  for (const [path, router] of mounts) app.route(path, router)
  return app
}
