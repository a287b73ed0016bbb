import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { roleTaken } from '../access/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { checkRolePermissions } from './check-role-permissions'
import { limitReached } from './problems'
import { refuseRole } from './refuse-role'
import { isSystemRole, type NewOrganizationRole, type OrganizationRole, toOrganizationRole } from './role-contract'
import { insertRole, listRoleRows } from './role-queries'

/** How many roles of its own an organization may have. */
export const mostRoles = 50

/**
 * Makes a role, for who may `roles:write`, of what they may do themselves; who is refused for that is recorded. Throws what
 * `requireMember` throws, `role-above-own`, `role-taken`, `limit-reached`, `invalid-request`.
 */
export async function createOrganizationRole(
  ctx: Context,
  organizationId: string,
  { name, description, permissions: names }: NewOrganizationRole,
): Promise<OrganizationRole> {
  const permissions = checkRolePermissions(ctx, names)
  return actForOrganization(ctx, organizationId, 'roles:write', async (db, acting) => {
    if (!isWithin(permissions, acting.permissions)) return refuseRole(ctx, db, organizationId, { role: name })
    if (isSystemRole(name)) throw roleTaken()
    const { length } = await listRoleRows(db, { organizationId })
    if (length >= mostRoles) throw limitReached({ extensions: { most: mostRoles } })
    const values = { ...eventValues(ctx), organizationId, name, description }
    const [row] = await insertRole(db, { ...values, permissions: JSON.stringify(permissions) })
    if (!row) throw roleTaken()
    return toOrganizationRole(row)
  })
}
