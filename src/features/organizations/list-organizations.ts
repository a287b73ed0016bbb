import { type Context, requireUser } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { type Organization, toOrganization } from './organization-contract'
import { listOrganizationsOf } from './organization-queries'

/** The organizations that the caller belongs to, newest first. Throws `unauthenticated`, `session-revoked`. */
export async function listOrganizations(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<Organization>> {
  const { userId, sessionId } = requireUser(ctx)
  const now = ctx.clock.now()
  const rows = await listOrganizationsOf(ctx.db, { userId, sessionId, now, before: cursor ?? null, limit: limit + 1 })
  if (rows.length === 0) throw sessionRevoked()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, limit, (row) => toOrganization(row, row.role))
}
