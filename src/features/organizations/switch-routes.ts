import { insufficientUserAuthentication, notFound, sessionRevoked } from '#core/problems'
import { readAccessCookie } from '#http/cookies'
import { describe } from '#http/describe'
import { respondWithTokens } from '#http/respond-with-tokens'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { CookieTokenSet, TokenSet } from '../sessions/contract'
import { organizationPolicyUnmet } from './problems'
import { OrganizationSwitch } from './switch-contract'
import { switchOrganization } from './switch-organization'

/** It issues tokens, so it is where sessions are, and not with the rest of organizations. */
export const activeOrganization = createRouter().post(
  '/auth/organization',
  describe({
    summary: 'Act for an organization',
    description:
      'The same session goes on with new tokens, whose `org` says for whom it acts, as what, and what it may do there; null for nobody but me.',
    caller: 'user',
    answers: { 200: { description: 'The next tokens, by the same transport.', schema: TokenSet.or(CookieTokenSet) } },
    problems: [sessionRevoked, notFound, insufficientUserAuthentication, organizationPolicyUnmet],
  }),
  validate('json', OrganizationSwitch),
  async (c) => {
    const tokens = await switchOrganization(c.get('ctx'), c.req.valid('json'))
    const transport = readAccessCookie(c) === undefined ? 'bearer' : 'cookie'
    return c.json(await respondWithTokens(c, transport, tokens, null), 200)
  },
)
