import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import type { OrganizationPolicies } from './organization-contract'
import { findPolicies } from './policy-queries'
import { requireMember } from './require-member'

/** How an organization's members must log in, for its members. Throws what `requireMember` throws. */
export async function getPolicies(ctx: Context, organizationId: string): Promise<OrganizationPolicies> {
  await requireMember(ctx, organizationId, 'members:read')
  const [policies] = await withinTenant(ctx.db, organizationId, (db) => findPolicies(db, { organizationId }))
  if (!policies) throw notFound()
  return policies
}
