import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { type Organization, toOrganization } from './organization-contract'
import { findOrganization } from './organization-queries'
import { requireMember } from './require-member'

/** An organization, for who belongs to it. Throws what `requireMember` throws. */
export async function getOrganization(ctx: Context, organizationId: string): Promise<Organization> {
  const { role } = await requireMember(ctx, organizationId, null)
  const [row] = await withinTenant(ctx.db, organizationId, (db) => findOrganization(db, { organizationId }))
  if (!row) throw notFound()
  return toOrganization(row, role)
}
