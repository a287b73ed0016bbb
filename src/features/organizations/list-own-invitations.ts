import { type Context, requireUser } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { type OwnInvitation, toOwnInvitation } from './invitation-contract'
import { listInvitationsTo } from './own-invitation-queries'

/** The open invitations to the caller's address, newest first; none while it is not proved. Throws `unauthenticated`, `session-revoked`. */
export async function listOwnInvitations(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<OwnInvitation>> {
  const { userId, sessionId } = requireUser(ctx)
  const now = ctx.clock.now()
  const rows = await listInvitationsTo(ctx.db, { userId, sessionId, now, before: cursor ?? null, limit: limit + 1 })
  if (rows.length === 0) throw sessionRevoked()
  return toPage(
    rows.filter((row) => row.id !== null),
    limit,
    toOwnInvitation,
  )
}
