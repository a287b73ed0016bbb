import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { type FoundInvitation, findOpenInvitation } from './own-invitation-queries'
import { refuseInvitation } from './refuse-invitation'

/**
 * An open invitation to the caller's proved address, by its id. Others do not exist for them; that they tried is recorded.
 * Throws `unauthenticated`, `session-revoked`, `not-found`.
 */
export async function findOwnInvitation(ctx: Context, invitationId: string): Promise<FoundInvitation> {
  const caller = requireUser(ctx)
  const { userId, sessionId } = caller
  const values = { userId, sessionId, now: ctx.clock.now(), invitationId, tokenHash: null }
  const [found] = await findOpenInvitation(ctx.db, values)
  if (!found) throw sessionRevoked()
  if (found.id === null) throw notFound()
  if (!found.isToCaller || !found.isProved) throw await refuseInvitation(ctx, caller, found, notFound())
  return found
}
