import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { withinTenant } from '#db/tenant'
import { type Invitation, toInvitation } from './invitation-contract'
import { listInvitationRows } from './invitation-queries'
import { requireMember } from './require-member'

/** The open invitations of an organization, newest first, for who may `members:invite`. Throws what `requireMember` throws. */
export async function listInvitations(
  ctx: Context,
  organizationId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Invitation>> {
  await requireMember(ctx, organizationId, 'members:invite')
  const values = { organizationId, now: ctx.clock.now(), before: cursor ?? null, limit: limit + 1 }
  const rows = await withinTenant(ctx.db, organizationId, (db) => listInvitationRows(db, values))
  return toPage(rows, limit, toInvitation)
}
