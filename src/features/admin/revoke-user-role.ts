import type { Context } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { lastAdmin } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { revokeRoleFrom } from './assignment-queries'
import { refuseRole } from './refuse-role'
import { requireStaffPerson } from './require-staff-person'

/**
 * Takes a role from somebody, once; sessions in which they act as others end. What it allows, and all that they may do, must
 * be within what the caller may do themselves. For staff who may give roles and showed a moment ago who they are.
 * Throws what `requireStaffPerson` throws, `not-found` also for who does not hold it, `role-above-own`, `last-admin`.
 */
export async function revokeUserRole(ctx: Context, targetId: string, role: string): Promise<void> {
  const staff = await requireStaffPerson(ctx, 'roles:assign', { isFresh: true })
  const [row] = await revokeRoleFrom(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    userId: staff.userId,
    sessionId: staff.sessionId,
    endedEventId: ctx.ids.next(),
    targetId,
    role,
  })
  if (!row) throw sessionRevoked()
  if (!row.isKnown) throw notFound()
  if (row.isAbove) return refuseRole(ctx, { permission: 'roles:assign', role, targetId })
  if (row.isLast) throw lastAdmin()
  if (!row.wasHeld) throw notFound()
}
