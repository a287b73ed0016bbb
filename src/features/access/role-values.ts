import type { Config } from '#core/config'
import { allowedBySystemRoles, declaredPermissions } from '#core/permissions'

/** What the statements need that weigh roles: the database knows only those that operators made. */
export type RoleValues = {
  /** JSON: the system roles with what they allow. */
  systemRoles: string
  /** JSON: every permission that there is. */
  declared: string
}

/** The roles and permissions of the code and the settings as a statement takes them. */
export const roleValues = ({ APPLICATION_PERMISSIONS }: Pick<Config, 'APPLICATION_PERMISSIONS'>): RoleValues => ({
  systemRoles: JSON.stringify(allowedBySystemRoles(APPLICATION_PERMISSIONS)),
  declared: JSON.stringify(declaredPermissions(APPLICATION_PERMISSIONS)),
})
