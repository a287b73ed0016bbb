import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import type { OfTeamMember } from './path-contract'
import { requireMember } from './require-member'
import { deleteTeamMember } from './team-member-queries'

/** Takes somebody out of a team, for who may write teams; a second time changes nothing. Throws what `requireMember` throws, `not-found`. */
export async function removeFromTeam(ctx: Context, { id, teamId, userId }: OfTeamMember): Promise<void> {
  await requireMember(ctx, id, 'teams:write')
  const values = { ...eventValues(ctx), organizationId: id, teamId, memberId: userId }
  const [team] = await withinTenant(ctx.db, id, (db) => deleteTeamMember(db, values))
  if (!team) throw notFound()
}
