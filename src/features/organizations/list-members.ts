import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { withinTenant } from '#db/tenant'
import { type OrganizationMember, toOrganizationMember } from './member-contract'
import { listMemberRows } from './member-queries'
import { requireMember } from './require-member'

/** Who belongs to an organization, for who may `members:read`. Throws what `requireMember` throws. */
export async function listMembers(
  ctx: Context,
  organizationId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<OrganizationMember>> {
  await requireMember(ctx, organizationId, 'members:read')
  const rows = await withinTenant(ctx.db, organizationId, (db) =>
    listMemberRows(db, { organizationId, after: cursor ?? null, limit: limit + 1 }),
  )
  return toPage(rows, limit, toOrganizationMember)
}
