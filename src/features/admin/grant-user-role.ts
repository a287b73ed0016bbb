import type { Context } from '#core/context'
import { invalidFields, notFound, sessionRevoked } from '#core/problems'
import { type HeldRole, type RoleGrant, toHeldRole } from '../access/contract'
import { lastAdmin } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { grantRoleTo } from './assignment-queries'
import { refuseRole } from './refuse-role'
import { requireStaffPerson } from './require-staff-person'

const inThePast = { pointer: '/expiresAt', code: 'in_the_past', message: 'Give a time that is still to come.' }

/**
 * Gives somebody a role, or changes until when they hold it. What it allows, and all that they may do, must be within what
 * the caller may do themselves, for as long. Who did not hold it before is logged out everywhere, so that a second factor is
 * asked for. For staff who may give roles and showed a moment ago who they are.
 * Throws what `requireStaffPerson` throws, `invalid-request`, `not-found`, `role-above-own`, `last-admin`.
 */
export async function grantUserRole(
  ctx: Context,
  targetId: string,
  role: string,
  { expiresAt }: RoleGrant,
): Promise<HeldRole> {
  const staff = await requireStaffPerson(ctx, 'roles:assign', { isFresh: true })
  const endsAt = expiresAt === null ? null : new Date(expiresAt)
  if (endsAt && endsAt <= ctx.clock.now()) throw invalidFields([inThePast])
  const [row] = await grantRoleTo(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    userId: staff.userId,
    sessionId: staff.sessionId,
    endedEventId: ctx.ids.next(),
    targetId,
    role,
    expiresAt: endsAt,
  })
  if (!row) throw sessionRevoked()
  if (!row.isKnown) throw notFound()
  if (row.isAbove) return refuseRole(ctx, { permission: 'roles:assign', role, targetId })
  if (row.grantedAt === null) throw lastAdmin()
  return toHeldRole({ name: role, grantedAt: row.grantedAt, expiresAt: row.expiresAt })
}
