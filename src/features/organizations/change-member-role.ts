import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { findRolePermissions } from './find-role-permissions'
import { type MemberChanges, type OrganizationMember, toOrganizationMember } from './member-contract'
import { findStanding, setMemberRole } from './member-queries'
import { ownerMustTransfer } from './problems'
import { refuseRole } from './refuse-role'
import { allowedBy } from './role-contract'
import { unknownRole } from './unknown-role'

/**
 * Gives a member another role, for who may `members:assign`: neither it nor the one that they had may allow more than the
 * caller may do. Who is refused for that is recorded. Throws what `requireMember` throws, `role-above-own`,
 * `owner-must-transfer`, `not-found` for who is no member, `invalid-request` for a role that there is not.
 */
export const changeMemberRole = (
  ctx: Context,
  organizationId: string,
  userId: string,
  { role }: MemberChanges,
): Promise<OrganizationMember> =>
  actForOrganization(ctx, organizationId, 'members:assign', async (db, { permissions }) => {
    const [member] = await findStanding(db, { organizationId, userId })
    if (!member) throw notFound()
    const wanted = await findRolePermissions(ctx, db, organizationId, role)
    if (!wanted) throw unknownRole()
    const held = allowedBy(member.role, member.permissions, ctx.config.APPLICATION_PERMISSIONS)
    if (!isWithin([...held, ...wanted], permissions)) return refuseRole(ctx, db, organizationId, { userId, role })
    if (member.role === 'owner' || role === 'owner') throw ownerMustTransfer()
    const [changed] = await setMemberRole(db, { ...eventValues(ctx), organizationId, userId, from: member.role, role })
    if (!changed) throw notFound()
    return toOrganizationMember(changed)
  })
