import type { Context } from '#core/context'
import { declaredPermissions, isSystemRole } from '#core/permissions'
import { sessionRevoked } from '#core/problems'
import { type NewRole, type Role, toRole } from '../access/contract'
import { roleTaken } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { checkRolePermissions } from './check-role-permissions'
import { refuseRole } from './refuse-role'
import { requireStaffPerson } from './require-staff-person'
import { insertRole } from './role-queries'

/**
 * Makes a role, of what the caller may do themselves. For staff who may change roles and showed a moment ago who they are.
 * Throws what `requireStaffPerson` throws, `invalid-request` for a permission that there is not, `role-above-own`, `role-taken`.
 */
export async function createRole(ctx: Context, { name, description, permissions }: NewRole): Promise<Role> {
  const staff = await requireStaffPerson(ctx, 'roles:write', { isFresh: true })
  const checked = checkRolePermissions(ctx.config, permissions)
  if (isSystemRole(name)) throw roleTaken()
  const [row] = await insertRole(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    userId: staff.userId,
    sessionId: staff.sessionId,
    revokedEventId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    role: name,
    description,
    permissions: JSON.stringify(checked),
  })
  if (!row) throw sessionRevoked()
  if (row.isAbove) return refuseRole(ctx, { permission: 'roles:write', role: name, targetId: null })
  if (row.name === null) throw roleTaken()
  return toRole(row, declaredPermissions(ctx.config.APPLICATION_PERMISSIONS))
}
