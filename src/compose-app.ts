import { methodNotAllowed as refuseMethod } from 'hono/method-not-allowed'
import { methodNotAllowed } from '#core/problems'
import { admitRequest } from '#http/admit-request'
import { answerRequest } from '#http/answer-request'
import { respondNotFound, respondWithProblem } from '#http/respond-with-problem'
import { createRouter, type Router } from '#http/router'
import { authenticateCaller } from './features/api-keys/authenticate-caller'

/** Where a router of a feature stands. */
export type Mount = [path: string, router: Router]

/** A router of what is mounted, behind all that every request passes. It holds no state: what it needs of the world comes in with each request. */
export const composeApp = (mounts: Mount[]): Router => {
  const app = createRouter()
  app.onError(respondWithProblem)
  app.notFound(respondNotFound)
  const refuseOtherMethods = refuseMethod({
    app,
    onMethodNotAllowed: (c, methods) =>
      respondWithProblem(methodNotAllowed({ headers: { allow: methods.join(', ') } }), c),
  })
  app.use(answerRequest(refuseOtherMethods), admitRequest(authenticateCaller))

  for (const [path, router] of mounts) app.route(path, router)
  return app
}
