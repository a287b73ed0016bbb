import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed as refuseMethod } from 'hono/method-not-allowed'
import { methodNotAllowed, payloadTooLarge } from '#core/problems'
import { allowOrigins } from '#http/allow-origins'
import { attachContext } from '#http/attach-context'
import { countRequest } from '#http/count-request'
import { refuseEncodedBodies } from '#http/refuse-encoded-bodies'
import { noteRequestFacts } from '#http/request-facts'
import { logRequest } from '#http/request-log'
import { respondNotFound, respondWithProblem } from '#http/respond-with-problem'
import { createRouter } from '#http/router'
import { secureHeaders } from '#http/security-headers'
import { proofs } from './features/accounts/passkey-routes'
import { recovery } from './features/accounts/recovery-routes'
import { accounts } from './features/accounts/routes'
import { relatedOrigins, secondFactors } from './features/authenticators/log-in-routes'
import { authenticators } from './features/authenticators/routes'
import { identities } from './features/federation/identity-routes'
import { federation } from './features/federation/routes'
import { mailbox, webhooks } from './features/notifications/routes'
import { health, internal } from './features/operations/routes'
import { profiles } from './features/profiles/routes'
import { authenticateAccessToken } from './features/sessions/access-token'
import { keySet, sessions } from './features/sessions/routes'
import { trustedDevices } from './features/sessions/trusted-device-routes'

const largestBodyBytes = 64 * 1024

/** The one router. It holds no state: what it needs of the world comes in with each request. */
export const app = createRouter()

app.onError(respondWithProblem)
app.notFound(respondNotFound)
app.use(secureHeaders, noteRequestFacts, logRequest, allowOrigins)
app.use(
  refuseMethod({
    app,
    onMethodNotAllowed: (c, methods) =>
      respondWithProblem(methodNotAllowed({ headers: { allow: methods.join(', ') } }), c),
  }),
)
app.use(refuseEncodedBodies)
app.use(bodyLimit({ maxSize: largestBodyBytes, onError: () => Promise.reject(payloadTooLarge()) }))
app.use(attachContext(authenticateAccessToken))
app.use(countRequest)

app.route('/v1', accounts)
app.route('/v1', recovery)
app.route('/v1', proofs)
app.route('/v1', sessions)
app.route('/v1', trustedDevices)
app.route('/v1', secondFactors)
app.route('/v1', authenticators)
app.route('/v1', federation)
app.route('/v1', identities)
app.route('/v1', profiles)
app.route('/v1', webhooks)
app.route('/.well-known', keySet)
app.route('/.well-known', relatedOrigins)
app.route('/health', health)
app.route('/internal', internal)
app.route('/dev', mailbox)

app.get('/', (c) => c.redirect('/docs'))
