import type { StoredOrganizationAccess } from '#core/permissions'
import { askForMore, recentSeconds } from '#core/user-authentication'
import { organizationPolicyUnmet } from './problems'

/**
 * Refuses a session that does not meet the organization's policy, and says what would.
 * Throws `insufficient-user-authentication`, `organization-policy-unmet`.
 */
export const requireMetPolicy = ({ unmet }: StoredOrganizationAccess): void => {
  if (unmet === 'second_factor') throw askForMore({ level: 'aal2', maxAge: recentSeconds })
  if (unmet === 'age') throw askForMore({ level: 'aal1', maxAge: recentSeconds })
  if (unmet) throw organizationPolicyUnmet({ extensions: { unmet }, check: { check: 'policy', unmet } })
}
