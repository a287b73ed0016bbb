import type { Context } from '#core/context'
import { withinTenant } from '#db/tenant'
import { requireMember } from './require-member'
import { listSystemRoles, type OrganizationRoleList, toOrganizationRole } from './role-contract'
import { listRoleRows } from './role-queries'

/** The roles of an organization, those that every one has first; for who may `members:read`. Throws what `requireMember` throws. */
export async function listOrganizationRoles(ctx: Context, organizationId: string): Promise<OrganizationRoleList> {
  await requireMember(ctx, organizationId, 'members:read')
  const rows = await withinTenant(ctx.db, organizationId, (db) => listRoleRows(db, { organizationId }))
  return { items: [...listSystemRoles(ctx.config.APPLICATION_PERMISSIONS), ...rows.map(toOrganizationRole)] }
}
