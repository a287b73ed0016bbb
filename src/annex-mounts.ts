import type { Mount } from './compose-app'
import { unlinking } from './features/accounts/identity-routes'
import { staffBans } from './features/admin/ban-routes'
import { impersonations } from './features/admin/impersonation-routes'
import { requirePlatformAccounts } from './features/admin/require-platform-accounts'
import { requirePlatformKeys } from './features/admin/require-platform-keys'
import { roles } from './features/admin/role-routes'
import { staffSessions } from './features/admin/session-routes'
import { statistics } from './features/admin/statistics-routes'
import { userRoles } from './features/admin/user-role-routes'
import { staffUsers } from './features/admin/user-routes'
import { apiKeys, organizationAccountKeys, organizationKeys, platformAccountKeys } from './features/api-keys/routes'
import { organizationAccounts, platformAccounts } from './features/api-keys/service-account-routes'
import { verification } from './features/api-keys/verification-routes'
import { auditExports } from './features/audit-trail/export-routes'
import { auditRecord } from './features/audit-trail/search-routes'
import { bulk } from './features/bulk/bulk-routes'
import { operations } from './features/bulk/operation-routes'
import { dataRights } from './features/data-rights/routes'
import { checkups } from './features/doctor/routes'
import { identities } from './features/federation/identity-routes'
import { federation } from './features/federation/routes'
import { explanations } from './features/operations/explain-routes'
import { domains } from './features/organizations/domain-routes'
import { invitations } from './features/organizations/invitation-routes'
import { organizationMembers } from './features/organizations/member-routes'
import { organizations } from './features/organizations/organization-routes'
import { ownInvitations } from './features/organizations/own-invitation-routes'
import { policies } from './features/organizations/policy-routes'
import { requireOrganizationAccounts } from './features/organizations/require-organization-accounts'
import { requireOrganizationKeys } from './features/organizations/require-organization-keys'
import { organizationRoles } from './features/organizations/role-routes'
import { teams } from './features/organizations/team-routes'
import { activity } from './features/profiles/activity-routes'
import { ownAvatar } from './features/profiles/own-avatar-routes'

/** Routes that are seldom called or weigh much: on Workers in a Worker of their own (src/worker-annex.ts). */
export const annexMounts: Mount[] = [
  ['/v1', federation],
  ['/v1', identities],
  ['/v1', unlinking],
  ['/v1', activity],
  ['/v1', ownAvatar],
  ['/v1', dataRights],
  ['/v1', ownInvitations],
  ['/v1', apiKeys],
  ['/v1', roles],
  ['/v1', userRoles],
  ['/v1', bulk],
  ['/v1', operations],
  ['/v1', organizations],
  ['/v1', organizationMembers],
  ['/v1', organizationRoles],
  ['/v1', invitations],
  ['/v1', policies],
  ['/v1', teams],
  ['/v1', domains],
  ['/v1', organizationKeys(requireOrganizationKeys)],
  ['/v1', organizationAccountKeys(requireOrganizationKeys)],
  ['/v1', organizationAccounts(requireOrganizationAccounts)],
  ['/v1', platformAccountKeys(requirePlatformKeys)],
  ['/v1', platformAccounts(() => requirePlatformAccounts)],
  ['/v1', staffUsers],
  ['/v1', staffBans],
  ['/v1', staffSessions],
  ['/v1', impersonations],
  ['/v1', statistics],
  ['/v1', auditRecord],
  ['/v1', auditExports],
  ['/v1', explanations],
  ['/internal', checkups],
]

/** Of its path the API's Worker has one method and the annex the others: to name them all (405), the annex knows it too. */
export const verificationMount: Mount = ['/v1', verification]
