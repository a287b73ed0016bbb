import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { deleteLeavingMember, findStanding } from './member-queries'
import { holdOrganization } from './organization-queries'
import { ownerMustTransfer } from './problems'
import { findMembership } from './standing-queries'

/**
 * Takes the caller out of an organization. Each member may, however its policy wants them to log in, but its owner. Throws
 * `unauthenticated`, `session-revoked`, `not-found`, `owner-must-transfer`.
 */
export async function leaveOrganization(ctx: Context, organizationId: string): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const [membership] = await findMembership(ctx.db, { userId, sessionId, organizationId, now: ctx.clock.now() })
  if (!membership) throw sessionRevoked()
  if (!membership.access) throw notFound()
  await withinTenant(ctx.db, organizationId, async (db) => {
    await holdOrganization(db, { organizationId })
    const [standing] = await findStanding(db, { organizationId, userId })
    if (!standing) throw notFound()
    if (standing.role === 'owner') throw ownerMustTransfer()
    await deleteLeavingMember(db, { ...eventValues(ctx), organizationId, userId })
  })
}
