import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import type { OfTeam } from './path-contract'
import { requireMember } from './require-member'
import { type TeamMember, toTeamMember } from './team-contract'
import { listTeamMemberRows } from './team-member-queries'

/** Who is in a team, for members who may see each other. Throws what `requireMember` throws, `not-found`. */
export async function listTeamMembers(
  ctx: Context,
  { id, teamId }: OfTeam,
  { limit, cursor }: PageQuery,
): Promise<Page<TeamMember>> {
  await requireMember(ctx, id, 'members:read')
  const values = { organizationId: id, teamId, limit: limit + 1, after: cursor ?? null }
  const rows = await withinTenant(ctx.db, id, (db) => listTeamMemberRows(db, values))
  if (rows.length === 0) throw notFound()
  return toPage(
    rows.filter((row) => row.id !== null),
    limit,
    toTeamMember,
  )
}
