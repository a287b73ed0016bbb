import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { checkAutoJoinRole } from './check-auto-join-role'
import { type DomainChange, type OrganizationDomain, toDomain } from './domain-contract'
import { updateAutoJoinRole } from './domain-queries'
import type { OfDomain } from './path-contract'

/**
 * Says as what people join who prove an address of a domain, for who may write domains, within what they may do. Throws what
 * `requireMember` and `checkAutoJoinRole` throw, `not-found`.
 */
export async function changeDomain(
  ctx: Context,
  { id, domainId }: OfDomain,
  { autoJoinRole }: DomainChange,
): Promise<OrganizationDomain> {
  const changed = await actForOrganization(ctx, id, 'domains:write', async (db, { permissions }) => {
    const refused = await checkAutoJoinRole(ctx, db, id, { permissions, role: autoJoinRole })
    if (refused) return refused
    const values = { ...eventValues(ctx), organizationId: id, domainId, autoJoinRole, jobId: ctx.ids.next() }
    const [row] = await updateAutoJoinRole(db, values)
    return row ?? notFound()
  })
  ctx.pokeJobs()
  return toDomain(changed)
}
