import { foreignKey } from './foreign-key'
import { anonymous, atNothing, nowhere, type RouteCall, signedIn } from './route-call'

/** Calls about keys of an owner that there is not, or of the caller, who has none. */
const callsOfOwner = (owner: string): RouteCall[] => [
  atNothing(`GET ${owner}`),
  atNothing(`POST ${owner}`, { name: 'Nightly', scopes: ['users:read'] }),
  atNothing(`GET ${owner}/:keyId`),
  atNothing(`PATCH ${owner}/:keyId`, { name: 'Nightly' }),
  atNothing(`DELETE ${owner}/:keyId`),
  atNothing(`POST ${owner}/:keyId/roll`, {}),
]

const callsOfAccounts = (owner: string): RouteCall[] => [
  atNothing(`GET ${owner}`),
  atNothing(`POST ${owner}`, { name: 'Robot', permissions: [] }),
  atNothing(`GET ${owner}/:serviceAccountId`),
  atNothing(`PATCH ${owner}/:serviceAccountId`, { name: 'Robot' }),
  atNothing(`DELETE ${owner}/:serviceAccountId`),
  ...callsOfOwner(`${owner}/:serviceAccountId/api-keys`),
]

export const callsOfKeys: RouteCall[] = [
  ...callsOfOwner('/v1/api-keys'),
  ...callsOfOwner('/v1/organizations/:id/api-keys'),
  ...callsOfAccounts('/v1/organizations/:id/service-accounts'),
  ...callsOfAccounts('/v1/admin/service-accounts'),
  { ...signedIn('POST /v1/api-keys/verify', { key: 'postern_of_nobody' }), without: ['apiKey'] },
  {
    ...anonymous('POST /v1/oauth/token'),
    form: `grant_type=client_credentials&client_id=${nowhere}&client_secret=${foreignKey()}`,
  },
  { ...signedIn('POST /v1/auth/introspect'), form: 'token=AAAA' },
]
