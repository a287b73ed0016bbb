import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { withinTenant } from '#db/tenant'
import { requireMember } from './require-member'
import { listSystemRoles, type OrganizationRole, toOrganizationRole } from './role-contract'
import { findRoleRow } from './role-queries'

/** A role of an organization, for who may `members:read`. Throws what `requireMember` throws. */
export async function getOrganizationRole(
  ctx: Context,
  organizationId: string,
  name: string,
): Promise<OrganizationRole> {
  await requireMember(ctx, organizationId, 'members:read')
  const everywhere = listSystemRoles(ctx.config.APPLICATION_PERMISSIONS).find((role) => role.name === name)
  if (everywhere) return everywhere
  const [row] = await withinTenant(ctx.db, organizationId, (db) => findRoleRow(db, { organizationId, name }))
  if (!row) throw notFound()
  return toOrganizationRole(row)
}
