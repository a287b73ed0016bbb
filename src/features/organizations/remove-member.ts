import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { deleteRemovedMember, findStanding } from './member-queries'
import { ownerMustTransfer } from './problems'
import { refuseRole } from './refuse-role'
import { allowedBy } from './role-contract'

/**
 * Removes a member, for who may `members:remove` and all that the member may; who is refused for that is recorded. Sessions
 * lose the organization at their next refresh, and do nothing for it from now on. Throws what `requireMember` throws,
 * `role-above-own`, `owner-must-transfer`, `not-found` for who is no member.
 */
export async function removeMember(ctx: Context, organizationId: string, userId: string): Promise<void> {
  await actForOrganization(ctx, organizationId, 'members:remove', async (db, { permissions }) => {
    const [member] = await findStanding(db, { organizationId, userId })
    if (!member) throw notFound()
    const held = allowedBy(member.role, member.permissions, ctx.config.APPLICATION_PERMISSIONS)
    if (!isWithin(held, permissions)) return refuseRole(ctx, db, organizationId, { userId, role: member.role })
    if (member.role === 'owner') throw ownerMustTransfer()
    return deleteRemovedMember(db, { ...eventValues(ctx), organizationId, userId })
  })
}
