import type { Context } from '#core/context'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { limitReached, teamNameTaken } from './problems'
import { requireMember } from './require-member'
import { type Team, type TeamName, toTeam } from './team-contract'
import { insertTeam } from './team-queries'

/** What an organization can have: nobody can fill the table. */
const most = 500

/** Makes a team, for who may write them. Throws what `requireMember` throws, `team-name-taken`, `limit-reached`. */
export async function createTeam(ctx: Context, organizationId: string, { name }: TeamName): Promise<Team> {
  await requireMember(ctx, organizationId, 'teams:write')
  const values = { ...eventValues(ctx), organizationId, teamId: ctx.ids.next(), name, most }
  const [row] = await withinTenant(ctx.db, organizationId, (db) => insertTeam(db, values))
  if (row && row.id !== null) return toTeam(row)
  throw row?.isFull ? limitReached({ extensions: { most } }) : teamNameTaken()
}
