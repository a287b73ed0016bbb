import {
  crossSiteRequest,
  insufficientUserAuthentication,
  notFound,
  passkeyCheckUnavailable,
  sessionRevoked,
} from '#core/problems'
import { readAccessCookie } from '#http/cookies'
import { describe } from '#http/describe'
import { requireOwnPage, respondWithTokens } from '#http/respond-with-tokens'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { beginStepUp } from '../authenticators/begin-step-up'
import { AuthenticatorParams, StepUp } from '../authenticators/contract'
import { PasskeyLogIn, PasskeyRequestOptions } from '../authenticators/passkey-contract'
import {
  invalidCode,
  invalidPasskey,
  lastWayIn,
  secondFactorLocked,
  secondFactorRequired,
} from '../authenticators/problems'
import { emailUnverified } from '../profiles/problems'
import { CookieTokenSet, TokenSet } from '../sessions/contract'
import { logInByPasskey } from './log-in-by-passkey'
import { accountLocked, invalidCredentials } from './problems'
import { removePasskey } from './remove-passkey'
import { stepUp } from './step-up'

/** Passkeys in place of a password or beside it, and stepping up by either. */
export const proofs = createRouter()
  .post(
    '/auth/passkey/verify',
    describe({
      summary: 'Log in with a passkey',
      description: 'It verifies its user, so no second factor is asked for.',
      caller: 'anyone',
      answers: { 200: { description: 'Tokens, by the transport asked for.', schema: TokenSet.or(CookieTokenSet) } },
      problems: [invalidPasskey, emailUnverified, crossSiteRequest, passkeyCheckUnavailable],
    }),
    validate('json', PasskeyLogIn),
    async (c) => {
      const presented = c.req.valid('json')
      const { transport = 'bearer' } = presented
      await requireOwnPage(c, transport)
      const { tokens, deviceToken } = await logInByPasskey(c.get('ctx'), presented)
      return c.json(await respondWithTokens(c, transport, tokens, deviceToken), 200)
    },
  )
  .post(
    '/auth/step-up/options',
    describe({
      summary: 'Begin to step up with a passkey',
      caller: 'user',
      answers: { 200: { description: 'For `navigator.credentials.get()`.', schema: PasskeyRequestOptions } },
      problems: [sessionRevoked, notFound],
    }),
    async (c) => c.json(await beginStepUp(c.get('ctx')), 200),
  )
  .post(
    '/auth/step-up',
    describe({
      summary: 'Show again, or more strongly, that it is me',
      description:
        'The same session goes on with new tokens: a fresh `auth_time` and, by a second factor, `acr` `aal2`.',
      caller: 'user',
      answers: { 200: { description: 'The next tokens, by the same transport.', schema: TokenSet.or(CookieTokenSet) } },
      problems: [
        sessionRevoked,
        invalidCredentials,
        accountLocked,
        invalidCode,
        invalidPasskey,
        secondFactorLocked,
        passkeyCheckUnavailable,
      ],
    }),
    validate('json', StepUp),
    async (c) => {
      const tokens = await stepUp(c.get('ctx'), c.req.valid('json'))
      const transport = readAccessCookie(c) === undefined ? 'bearer' : 'cookie'
      return c.json(await respondWithTokens(c, transport, tokens, null), 200)
    },
  )
  .delete(
    '/me/passkeys/:id',
    describe({
      summary: 'Remove a passkey',
      description: 'Sessions that it opened or raised are lowered at once. The last way in stays.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: [sessionRevoked, insufficientUserAuthentication, lastWayIn, secondFactorRequired],
    }),
    validate('param', AuthenticatorParams),
    async (c) => {
      await removePasskey(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
