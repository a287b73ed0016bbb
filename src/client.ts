import { hc, type InferResponseType } from 'hono/client'
import { addressOf, createAttempt } from './client/attempt'
import { createFetch } from './client/create-fetch'
import { createEchoes } from './client/echoes'
import { guardParameters } from './client/guard-parameters'
import type { ClientOptions } from './client/options'
import { createSession } from './client/session'
import { createMemoryStorage } from './client/token-storage'
import type { unlinking } from './features/accounts/identity-routes'
import type { proofs } from './features/accounts/passkey-routes'
import type { recovery } from './features/accounts/recovery-routes'
import type { accounts } from './features/accounts/routes'
import type { staffBans } from './features/admin/ban-routes'
import type { impersonations } from './features/admin/impersonation-routes'
import type { roles } from './features/admin/role-routes'
import type { staffSessions } from './features/admin/session-routes'
import type { statistics } from './features/admin/statistics-routes'
import type { userRoles } from './features/admin/user-role-routes'
import type { staffUsers } from './features/admin/user-routes'
import type { machines } from './features/api-keys/machine-routes'
import type {
  apiKeys,
  organizationAccountKeys,
  organizationKeys,
  platformAccountKeys,
} from './features/api-keys/routes'
import type { organizationAccounts, platformAccounts } from './features/api-keys/service-account-routes'
import type { verification } from './features/api-keys/verification-routes'
import type { auditExports } from './features/audit-trail/export-routes'
import type { auditRecord } from './features/audit-trail/search-routes'
import type { secondFactors } from './features/authenticators/log-in-routes'
import type { authenticators } from './features/authenticators/routes'
import type { bulk } from './features/bulk/bulk-routes'
import type { operations } from './features/bulk/operation-routes'
import type { closing } from './features/data-rights/closing-routes'
import type { dataRights } from './features/data-rights/routes'
import type { identities } from './features/federation/identity-routes'
import type { federation } from './features/federation/routes'
import type { explanations } from './features/operations/explain-routes'
import type { domains } from './features/organizations/domain-routes'
import type { invitations } from './features/organizations/invitation-routes'
import type { organizationMembers } from './features/organizations/member-routes'
import type { organizations } from './features/organizations/organization-routes'
import type { ownInvitations } from './features/organizations/own-invitation-routes'
import type { policies } from './features/organizations/policy-routes'
import type { organizationRoles } from './features/organizations/role-routes'
import type { activeOrganization } from './features/organizations/switch-routes'
import type { teams } from './features/organizations/team-routes'
import type { activity } from './features/profiles/activity-routes'
import type { avatars } from './features/profiles/avatar-routes'
import type { ownAvatar } from './features/profiles/own-avatar-routes'
import type { preferences } from './features/profiles/preference-routes'
import type { people } from './features/profiles/public-routes'
import type { profiles } from './features/profiles/routes'
import type { terms } from './features/profiles/terms-routes'
import type { ownAccess } from './features/sessions/access-routes'
import type { sessions } from './features/sessions/routes'
import type { trustedDevices } from './features/sessions/trusted-device-routes'

// biome-ignore lint/performance/noBarrelFile: the package has one entry, and this is it.
export {
  beginFederatedLogIn,
  type FederatedLogIn,
  type FederatedReturn,
  readFederatedReturn,
} from './client/federated-log-in'
export type { ClientOptions, Fetch, Transport } from './client/options'
export { createPasskey, usePasskey } from './client/passkeys'
export type { ProblemCode } from './client/problem-codes'
export { ConnectionError, type FieldError, isProblem, type ProblemDetails, ProblemError } from './client/problem-error'
export { putAvatar } from './client/put-avatar'
export { createMemoryStorage, createWebStorage, type TokenStorage, type Tokens } from './client/token-storage'

/** The routers under /v1. A new feature is one more member, and never one chain of all. */
type Routers =
  | typeof accounts
  | typeof recovery
  | typeof proofs
  | typeof unlinking
  | typeof secondFactors
  | typeof authenticators
  | typeof federation
  | typeof identities
  | typeof profiles
  | typeof activity
  | typeof roles
  | typeof userRoles
  | typeof ownAccess
  | typeof staffUsers
  | typeof staffBans
  | typeof staffSessions
  | typeof impersonations
  | typeof statistics
  | typeof auditRecord
  | typeof auditExports
  | typeof explanations
  | typeof bulk
  | typeof operations
  | typeof people
  | typeof preferences
  | typeof terms
  | typeof avatars
  | typeof ownAvatar
  | typeof closing
  | typeof dataRights
  | typeof activeOrganization
  | typeof policies
  | typeof teams
  | typeof domains
  | typeof organizations
  | typeof organizationMembers
  | typeof organizationRoles
  | typeof invitations
  | typeof ownInvitations
  | typeof apiKeys
  | typeof verification
  | typeof machines
  | ReturnType<typeof organizationKeys>
  | ReturnType<typeof organizationAccountKeys>
  | ReturnType<typeof organizationAccounts>
  | ReturnType<typeof platformAccountKeys>
  | ReturnType<typeof platformAccounts>
  | typeof sessions
  | typeof trustedDevices

/** How long a refresh may take before those who wait for it, in this tab and others, get an error. */
const refreshTimeoutMs = 10_000

/**
 * Makes the typed client of a Postern server. A call resolves to its success, or throws a `ProblemError` (the server
 * refused), a `ConnectionError` (it was not reached) or the reason of the signal that aborted it. The client keeps the
 * tokens of a log-in, refreshes them shortly before they end, and forgets them at a log-out; the server goes on knowing
 * the device.
 * @param baseUrl the public address of the server, without `/v1`; empty for the origin of the page
 */
export const createClient = (baseUrl: string, options: ClientOptions = {}) => {
  const root: string = `${baseUrl.replace(/\/+$/, '')}/v1`
  const { transport = 'bearer', tokens, fetch: send = (url, init) => fetch(url, init), onSessionEnded } = options
  const storage = transport === 'bearer' && tokens ? tokens : createMemoryStorage()
  const attempt = createAttempt(send, transport, createEchoes(transport, storage))
  const { auth } = hc<typeof sessions>(root, {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => attempt(addressOf(input), init),
  })

  const session = createSession({
    transport,
    storage,
    lockName: `postern ${root}`,
    onSessionEnded,
    exchange: async (refreshToken) => {
      const signal = AbortSignal.timeout(refreshTimeoutMs)
      const answer = await auth.refresh.$post({ json: refreshToken ? { refreshToken } : {} }, { init: { signal } })
      return answer.json()
    },
  })
  return guardParameters(hc<Routers>(root, { fetch: createFetch({ root, transport, storage, attempt, session }) }))
}

/** What `createClient` gives. */
export type Client = ReturnType<typeof createClient>

/** The account of a person, as they see it. */
export type User = InferResponseType<Client['me']['$get']>

/** What somebody shows of themselves. */
export type PublicProfile = InferResponseType<Client['users'][':id']['$get']>

/** An API key, without the key itself. */
export type ApiKey = InferResponseType<Client['api-keys'][':keyId']['$get']>

/** A program that signs in for itself. */
export type ServiceAccount = InferResponseType<Client['admin']['service-accounts'][':serviceAccountId']['$get']>

/** One place where a person is logged in. */
export type Session = InferResponseType<Client['sessions']['$get']>['items'][number]

/** One thing that happened to an account. */
export type ActivityItem = InferResponseType<Client['me']['activity']['$get']>['items'][number]
