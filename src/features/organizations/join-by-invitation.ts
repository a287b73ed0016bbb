import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { findStanding } from './member-queries'
import { type Organization, toOrganization } from './organization-contract'
import { findOrganization, holdOrganization } from './organization-queries'
import { acceptOpenInvitation, type FoundInvitation } from './own-invitation-queries'

/**
 * Makes the caller a member by an invitation that is theirs, and uses it up, once; who is a member already stays what they are.
 * @param tokenHash what it must still be found by; null if that is its id
 * @returns undefined if somebody was faster
 */
export async function joinByInvitation(
  ctx: Context,
  { userId, sessionId }: { userId: string; sessionId: string },
  { id: invitationId, organizationId }: FoundInvitation,
  tokenHash: string | null,
): Promise<Organization | undefined> {
  return withinTenant(ctx.db, organizationId, async (db) => {
    const [held] = await holdOrganization(db, { organizationId })
    if (!held) return undefined
    const values = { ...eventValues(ctx), userId, sessionId, organizationId, invitationId, tokenHash }
    const [accepted] = await acceptOpenInvitation(db, values)
    if (!accepted) return undefined
    const [row] = await findOrganization(db, { organizationId })
    const [standing] = await findStanding(db, { organizationId, userId })
    if (!row || !standing) throw notFound()
    return toOrganization(row, standing.role)
  })
}
