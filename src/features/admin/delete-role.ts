import type { Context } from '#core/context'
import { isSystemRole } from '#core/permissions'
import { notFound, sessionRevoked } from '#core/problems'
import { systemRole } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { refuseRole } from './refuse-role'
import { requireStaffPerson } from './require-staff-person'
import { deleteHeldRole, lockRole } from './role-queries'

/**
 * Deletes a role that is within what the caller may do themselves, and takes it from everybody. For staff who may change
 * roles and showed a moment ago who they are. Throws what `requireStaffPerson` throws, `not-found`, `system-role`, `role-above-own`.
 */
export async function deleteRole(ctx: Context, name: string): Promise<void> {
  const staff = await requireStaffPerson(ctx, 'roles:write', { isFresh: true })
  if (isSystemRole(name)) throw systemRole()
  const values = {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    userId: staff.userId,
    sessionId: staff.sessionId,
    revokedEventId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    role: name,
  }
  const [row] = await ctx.db.transaction(async (db) => {
    // Only a later statement sees whom a grant under way gave the role.
    await lockRole(db, { role: name })
    return deleteHeldRole(db, values)
  })
  if (!row) throw sessionRevoked()
  if (!row.isKnown) throw notFound()
  if (row.isAbove) await refuseRole(ctx, { permission: 'roles:write', role: name, targetId: null })
}
