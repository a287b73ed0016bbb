import type { Openness } from './openness'

const keysOf = (owner: string, read: Openness, write: Openness): Record<string, Openness> => ({
  [`GET ${owner}`]: read,
  [`POST ${owner}`]: write,
  [`GET ${owner}/{keyId}`]: read,
  [`PATCH ${owner}/{keyId}`]: write,
  [`DELETE ${owner}/{keyId}`]: write,
  [`POST ${owner}/{keyId}/roll`]: write,
})

const accountsOf = (owner: string, read: Openness, write: Openness): Record<string, Openness> => ({
  [`GET ${owner}`]: read,
  [`POST ${owner}`]: write,
  [`GET ${owner}/{serviceAccountId}`]: read,
  [`PATCH ${owner}/{serviceAccountId}`]: write,
  [`DELETE ${owner}/{serviceAccountId}`]: write,
  ...keysOf(`${owner}/{serviceAccountId}/api-keys`, read, write),
})

/** Routes of API keys and of programs that sign in for themselves, and what each takes. */
export const openKeyRoutes: Record<string, Openness> = {
  ...keysOf('/v1/api-keys', 'signed-in', 'signed-in'),
  ...keysOf('/v1/organizations/{id}/api-keys', 'member api-keys:read', 'member api-keys:write'),
  ...accountsOf('/v1/organizations/{id}/service-accounts', 'member api-keys:read', 'member api-keys:write'),
  ...accountsOf('/v1/admin/service-accounts', 'staff service-accounts:read', 'staff service-accounts:write'),
  'POST /v1/api-keys/verify': 'key',
  'POST /v1/auth/introspect': 'key',
  // Its caller shows a key in the request itself (RFC 6749, section 4.4).
  'POST /v1/oauth/token': 'public',
}
