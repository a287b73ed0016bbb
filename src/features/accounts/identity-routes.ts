import { insufficientUserAuthentication, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { AuthenticatorParams } from '../authenticators/contract'
import { lastWayIn } from '../authenticators/problems'
import { unlinkIdentity } from './unlink-identity'

/** What of the accounts at other providers only accounts can decide. */
export const unlinking = createRouter().delete(
  '/me/identities/:id',
  describe({
    summary: 'Unlink an account at another provider',
    description: 'The last way in stays.',
    caller: 'user',
    answers: { 204: { description: 'It logs in no more.' } },
    problems: [sessionRevoked, insufficientUserAuthentication, lastWayIn],
  }),
  validate('param', AuthenticatorParams),
  async (c) => {
    await unlinkIdentity(c.get('ctx'), c.req.valid('param'))
    return c.body(null, 204)
  },
)
