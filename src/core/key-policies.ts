import { all, type RoutePolicy } from './route-policy'

const counted: RoutePolicy = { limits: all, postgres: 'closed', redis: 'local' }
/** Staff who act as somebody may do nothing as staff. */
const staff: RoutePolicy = { ...counted, impersonated: false }

const keysOf = (owner: string, policy = counted): Record<string, RoutePolicy> => ({
  [`GET ${owner}`]: policy,
  [`POST ${owner}`]: policy,
  [`GET ${owner}/:keyId`]: policy,
  [`PATCH ${owner}/:keyId`]: policy,
  [`DELETE ${owner}/:keyId`]: policy,
  [`POST ${owner}/:keyId/roll`]: policy,
})

const accountsOf = (owner: string, policy = counted): Record<string, RoutePolicy> => ({
  [`GET ${owner}`]: policy,
  [`POST ${owner}`]: policy,
  [`GET ${owner}/:serviceAccountId`]: policy,
  [`PATCH ${owner}/:serviceAccountId`]: policy,
  [`DELETE ${owner}/:serviceAccountId`]: policy,
  ...keysOf(`${owner}/:serviceAccountId/api-keys`, policy),
})

/** The part of the table for API keys and programs that sign in for themselves. */
export const keyPolicies: Record<string, RoutePolicy> = {
  ...keysOf('/v1/api-keys'),
  ...keysOf('/v1/organizations/:id/api-keys'),
  ...accountsOf('/v1/organizations/:id/service-accounts'),
  ...accountsOf('/v1/admin/service-accounts', staff),
  'POST /v1/api-keys/verify': { limits: [...all, 'apiKey'], postgres: 'closed', redis: 'local' },
  'POST /v1/oauth/token': {
    limits: [...all, 'machineSignIn'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    isOauth: true,
  },
  'POST /v1/auth/introspect': { limits: all, postgres: 'closed', redis: 'local' },
}
