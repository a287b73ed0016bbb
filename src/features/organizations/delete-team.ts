import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import type { OfTeam } from './path-contract'
import { requireMember } from './require-member'
import { deleteTeamRow } from './team-queries'

/** Deletes a team, for who may write them; its members stay in the organization. Throws what `requireMember` throws, `not-found`. */
export async function deleteTeam(ctx: Context, { id, teamId }: OfTeam): Promise<void> {
  await requireMember(ctx, id, 'teams:write')
  const values = { ...eventValues(ctx), organizationId: id, teamId }
  const [deleted] = await withinTenant(ctx.db, id, (db) => deleteTeamRow(db, values))
  if (!deleted) throw notFound()
}
