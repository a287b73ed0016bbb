import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { findInvitedRole, revokeInvitationRow } from './invitation-queries'
import { refuseRole } from './refuse-role'
import { allowedBy } from './role-contract'

/**
 * Takes an open invitation back, so that its link is void; for who may `members:invite` and what its role allows. Throws what
 * `requireMember` throws, `role-above-own`, `not-found`.
 */
export async function revokeInvitation(ctx: Context, organizationId: string, invitationId: string): Promise<void> {
  await actForOrganization(ctx, organizationId, 'members:invite', async (db, { permissions }) => {
    const event = eventValues(ctx)
    const [invited] = await findInvitedRole(db, { organizationId, now: event.now, invitationId, email: null })
    if (!invited) throw notFound()
    const given = allowedBy(invited.role, invited.permissions, ctx.config.APPLICATION_PERMISSIONS)
    if (!isWithin(given, permissions)) return refuseRole(ctx, db, organizationId, { role: invited.role })
    const [revoked] = await revokeInvitationRow(db, { ...event, organizationId, invitationId })
    if (!revoked) throw notFound()
    return revoked
  })
}
