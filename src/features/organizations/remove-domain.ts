import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { deleteDomain } from './domain-queries'
import type { OfDomain } from './path-contract'
import { requireMember } from './require-member'

/** Gives a domain up, for who may write domains; who joined by it stays. Throws what `requireMember` throws, `not-found`. */
export async function removeDomain(ctx: Context, { id, domainId }: OfDomain): Promise<void> {
  await requireMember(ctx, id, 'domains:write')
  const values = { ...eventValues(ctx), organizationId: id, domainId }
  const [removed] = await withinTenant(ctx.db, id, (db) => deleteDomain(db, values))
  if (!removed) throw notFound()
}
