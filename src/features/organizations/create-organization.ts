import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { emailUnverified } from '../profiles/problems'
import { makeSlug } from './make-slug'
import { type NewOrganization, type Organization, toOrganization } from './organization-contract'
import { countOwned, holdFounder, insertOrganization } from './organization-queries'
import { limitReached, slugTaken } from './problems'

/** How many organizations somebody may own. */
export const mostOwned = 50

/**
 * Makes an organization, owned by the caller. Whoever proved their address may. Throws `unauthenticated`,
 * `session-revoked`, `email-unverified`, `limit-reached`, `slug-taken`.
 */
export async function createOrganization(ctx: Context, { name, slug }: NewOrganization): Promise<Organization> {
  const { userId, sessionId } = requireUser(ctx)
  const event = eventValues(ctx)
  const organizationId = ctx.ids.next()
  const row = await ctx.db.transaction(async (db) => {
    const [founder] = await holdFounder(db, { userId, sessionId, now: event.now })
    if (!founder) throw sessionRevoked()
    if (!founder.isProved) throw emailUnverified()
    const [owned] = await countOwned(db, { userId })
    if (owned && owned.count >= mostOwned) throw limitReached({ extensions: { most: mostOwned } })
    const [created] = await withinTenant(db, organizationId, (tenant) =>
      insertOrganization(tenant, {
        ...event,
        joinedEventId: ctx.ids.next(),
        userId,
        sessionId,
        organizationId,
        name,
        slug: slug ?? makeSlug(ctx, name),
      }),
    )
    return created
  })
  if (!row) throw slugTaken()
  return toOrganization(row, 'owner')
}
