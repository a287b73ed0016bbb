import type { Context } from '#core/context'
import type { Problem } from '#core/problem'
import { eventValues } from '../audit/event-values'
import { type FoundInvitation, recordInvitationRefusal } from './own-invitation-queries'

/** Records that an invitation was not the caller's to accept, and gives the problem to refuse them with. */
export async function refuseInvitation(
  ctx: Context,
  { userId, sessionId }: { userId: string; sessionId: string },
  { id: invitationId, organizationId, isToCaller }: FoundInvitation,
  problem: Problem,
): Promise<Problem> {
  await recordInvitationRefusal(ctx.db, {
    ...eventValues(ctx),
    userId,
    sessionId,
    organizationId,
    invitationId,
    reason: isToCaller ? 'unproved' : 'address',
  })
  return problem
}
