import type { Context } from '#core/context'
import { declaredPermissions, isSystemRole } from '#core/permissions'
import { notFound, sessionRevoked } from '#core/problems'
import { type Role, type RoleChanges, toRole } from '../access/contract'
import { systemRole } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { checkRolePermissions } from './check-role-permissions'
import { refuseRole } from './refuse-role'
import { requireStaffPerson } from './require-staff-person'
import { changeRole } from './role-queries'

/**
 * Changes a role that was and stays within what the caller may do themselves; for its holders at once where the database is
 * asked, and in tokens at their next refresh. For staff who may change roles and showed a moment ago who they are.
 * Throws what `requireStaffPerson` throws, `not-found`, `system-role`, `invalid-request`, `role-above-own`.
 */
export async function updateRole(ctx: Context, name: string, changes: RoleChanges): Promise<Role> {
  const staff = await requireStaffPerson(ctx, 'roles:write', { isFresh: true })
  const permissions = changes.permissions && checkRolePermissions(ctx.config, changes.permissions)
  if (isSystemRole(name)) throw systemRole()
  const [row] = await changeRole(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    userId: staff.userId,
    sessionId: staff.sessionId,
    endedEventId: ctx.ids.next(),
    role: name,
    description: changes.description ?? null,
    permissions: permissions ? JSON.stringify(permissions) : null,
  })
  if (!row) throw sessionRevoked()
  if (!row.isKnown) throw notFound()
  if (row.name === null) return refuseRole(ctx, { permission: 'roles:write', role: name, targetId: null })
  return toRole(row, declaredPermissions(ctx.config.APPLICATION_PERMISSIONS))
}
