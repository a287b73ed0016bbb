import { insufficientUserAuthentication, providerUnavailable, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { emailUnverified } from '../profiles/problems'
import { Identity, IdentityLink, IdentityList, IdentityParams, ProviderToken } from './contract'
import { getProviderToken } from './get-provider-token'
import { linkIdentity } from './link-identity'
import { listIdentities } from './list-identities'
import { identityTaken, invalidIdentityCode, providerTokenExpired } from './problems'

/** The caller's accounts at other providers. */
export const identities = createRouter()
  .get(
    '/me/identities',
    describe({
      summary: 'My accounts at other providers',
      caller: 'user',
      answers: { 200: { description: 'Oldest first.', schema: IdentityList } },
      problems: [sessionRevoked],
    }),
    async (c) => c.json(await listIdentities(c.get('ctx')), 200),
  )
  .get(
    '/me/identities/:id/token',
    describe({
      summary: 'The provider’s access token for me',
      description: 'For a program of the account’s own that calls the provider’s API; refreshed if it is about to end.',
      caller: 'user',
      answers: { 200: { description: 'The token.', schema: ProviderToken } },
      problems: [providerUnavailable, providerTokenExpired],
    }),
    validate('param', IdentityParams),
    async (c) => c.json(await getProviderToken(c.get('ctx'), c.req.valid('param')), 200),
  )
  .post(
    '/me/identities',
    describe({
      summary: 'Link an account at another provider',
      description: 'By the code that a log-in there came back with.',
      caller: 'user',
      answers: { 201: { description: 'It logs in from now on.', schema: Identity } },
      problems: [sessionRevoked, insufficientUserAuthentication, emailUnverified, invalidIdentityCode, identityTaken],
    }),
    validate('json', IdentityLink),
    async (c) => c.json(await linkIdentity(c.get('ctx'), c.req.valid('json')), 201),
  )
