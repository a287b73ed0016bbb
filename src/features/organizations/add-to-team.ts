import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import type { OfTeamMember } from './path-contract'
import { requireMember } from './require-member'
import { insertTeamMember } from './team-member-queries'

/**
 * Puts a member of the organization into a team, for who may write teams; a second time changes nothing. Throws what
 * `requireMember` throws, and `not-found` where there is no such team or no such member.
 */
export async function addToTeam(ctx: Context, { id, teamId, userId }: OfTeamMember): Promise<void> {
  await requireMember(ctx, id, 'teams:write')
  const values = { ...eventValues(ctx), organizationId: id, teamId, memberId: userId }
  const [added] = await withinTenant(ctx.db, id, (db) => insertTeamMember(db, values))
  if (!added) throw notFound()
}
