import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { findOwnInvitation } from './find-own-invitation'
import { revokeInvitationRow } from './invitation-queries'

/** Declines an invitation to the caller's proved address: it is void. Throws what `findOwnInvitation` throws. */
export async function declineInvitation(ctx: Context, invitationId: string): Promise<void> {
  const { organizationId } = await findOwnInvitation(ctx, invitationId)
  const [revoked] = await withinTenant(ctx.db, organizationId, (db) =>
    revokeInvitationRow(db, { ...eventValues(ctx), organizationId, invitationId }),
  )
  if (!revoked) throw notFound()
}
