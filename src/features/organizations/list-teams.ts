import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { withinTenant } from '#db/tenant'
import { requireMember } from './require-member'
import { type Team, toTeam } from './team-contract'
import { listTeamRows } from './team-queries'

/** The teams of an organization, oldest first, for its members who may see each other. Throws what `requireMember` throws. */
export async function listTeams(
  ctx: Context,
  organizationId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<Team>> {
  await requireMember(ctx, organizationId, 'members:read')
  const values = { organizationId, limit: limit + 1, after: cursor ?? null }
  return toPage(await withinTenant(ctx.db, organizationId, (db) => listTeamRows(db, values)), limit, toTeam)
}
