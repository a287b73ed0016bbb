import type { Context } from '#core/context'
import { withinTenant } from '#db/tenant'
import { type OrganizationDomainList, toDomain } from './domain-contract'
import { listDomainRows } from './domain-queries'
import { requireMember } from './require-member'

/** The domains of an organization, oldest first, for who may write them. Throws what `requireMember` throws. */
export async function listDomains(ctx: Context, organizationId: string): Promise<OrganizationDomainList> {
  await requireMember(ctx, organizationId, 'domains:write')
  const rows = await withinTenant(ctx.db, organizationId, (db) => listDomainRows(db, { organizationId }))
  return { items: rows.map(toDomain) }
}
