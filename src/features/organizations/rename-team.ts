import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import type { OfTeam } from './path-contract'
import { teamNameTaken } from './problems'
import { requireMember } from './require-member'
import { type Team, type TeamName, toTeam } from './team-contract'
import { renameTeamRow } from './team-queries'

/** Gives a team another name, for who may write them. Throws what `requireMember` throws, `not-found`, `team-name-taken`. */
export async function renameTeam(ctx: Context, { id, teamId }: OfTeam, { name }: TeamName): Promise<Team> {
  await requireMember(ctx, id, 'teams:write')
  const values = { ...eventValues(ctx), organizationId: id, teamId, name }
  const rename = () => withinTenant(ctx.db, id, (db) => renameTeamRow(db, values))
  const [row] = await rename().catch((error: unknown) => {
    if (error instanceof Problem) throw error
    // Another team took the name in the same moment, so nothing happened; now the statement sees it.
    return rename()
  })
  if (!row) throw notFound()
  if (row.id === null) throw teamNameTaken()
  return toTeam(row)
}
