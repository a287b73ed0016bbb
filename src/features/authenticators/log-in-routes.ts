import { crossSiteRequest, notFound, passkeyCheckUnavailable } from '#core/problems'
import { describe } from '#http/describe'
import { requireOwnPage, respondWithTokens } from '#http/respond-with-tokens'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { emailUnverified } from '../profiles/problems'
import { CookieTokenSet, TokenSet } from '../sessions/contract'
import { beginEnrolment } from './begin-enrolment'
import { beginPasskeyLogIn } from './begin-passkey-log-in'
import { ChallengeToken, MfaVerification, TotpSecret } from './contract'
import { getRelatedOrigins } from './get-related-origins'
import { PasskeyOptionsRequest, PasskeyRequestOptions, RelatedOrigins } from './passkey-contract'
import {
  invalidChallenge,
  invalidCode,
  invalidPasskey,
  secondFactorLocked,
  secondFactorsOff,
  tooManyAuthenticators,
} from './problems'
import { verifySecondFactor } from './verify-second-factor'

/** What finishes a log-in that has shown one factor. */
export const secondFactors = createRouter()
  .post(
    '/auth/mfa/verify',
    describe({
      summary: 'Finish a log-in by a second factor',
      description:
        'The challenge works once, within five minutes, by the transport that the log-in asked for. Wrong codes count for the account, and lock.',
      caller: 'anyone',
      answers: { 200: { description: 'Tokens, by the transport asked for.', schema: TokenSet.or(CookieTokenSet) } },
      problems: [
        invalidChallenge,
        invalidCode,
        invalidPasskey,
        secondFactorLocked,
        crossSiteRequest,
        passkeyCheckUnavailable,
      ],
    }),
    validate('json', MfaVerification),
    async (c) => {
      const verification = c.req.valid('json')
      const { transport = 'bearer' } = verification
      await requireOwnPage(c, transport)
      const { tokens, deviceToken } = await verifySecondFactor(c.get('ctx'), verification)
      return c.json(await respondWithTokens(c, transport, tokens, deviceToken), 200)
    },
  )
  .post(
    '/auth/mfa/enrol',
    describe({
      summary: 'Set up an authenticator app to finish a log-in',
      description: 'For a challenge with `mustEnrol`; a code of the app then finishes the log-in.',
      caller: 'anyone',
      answers: { 200: { description: 'Shown this once.', schema: TotpSecret } },
      problems: [invalidChallenge, emailUnverified, secondFactorsOff, tooManyAuthenticators],
    }),
    validate('json', ChallengeToken),
    async (c) => c.json(await beginEnrolment(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/auth/passkey/options',
    describe({
      summary: 'Begin to log in with a passkey',
      description:
        'Also as the second factor of a log-in that waits for it. The challenge works once, within five minutes.',
      caller: 'anyone',
      answers: { 200: { description: 'For `navigator.credentials.get()`.', schema: PasskeyRequestOptions } },
      problems: [invalidChallenge, notFound],
    }),
    validate('json', PasskeyOptionsRequest),
    async (c) => c.json(await beginPasskeyLogIn(c.get('ctx'), c.req.valid('json')), 200),
  )

export const relatedOrigins = createRouter().get(
  '/webauthn',
  describe({
    summary: 'Whose pages may use our passkeys',
    caller: 'anyone',
    answers: { 200: { description: 'WebAuthn’s related origins.', schema: RelatedOrigins } },
  }),
  (c) => c.json(getRelatedOrigins(c.get('ctx')), 200, { 'cache-control': 'public, max-age=3600' }),
)
