/** Below these are the routes of src/annex-mounts.ts, and no others but `everydayRoute`. */
const annexPaths = [
  '/v1/auth/oauth',
  '/v1/auth/export',
  '/v1/auth/erasure',
  '/v1/erasures',
  '/v1/uploads',
  '/v1/me/activity',
  '/v1/me/avatar',
  '/v1/me/export',
  '/v1/me/identities',
  '/v1/me/invitations',
  '/v1/api-keys',
  '/v1/admin',
  '/v1/organizations',
  '/internal/checkup',
]

/** What programs ask all day, beside what people do with their keys now and then. */
const everydayRoute = { method: 'POST', path: '/v1/api-keys/verify' }

/** Whether a request is for the annex, by its path as the router reads it, be there a route or none. */
export const isAnnexed = (method: string, path: string): boolean =>
  annexPaths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)) &&
  !(method === everydayRoute.method && path === everydayRoute.path)
