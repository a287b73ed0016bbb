import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { type Impersonation, toImpersonation } from './impersonation-contract'
import { listImpersonationRows } from './impersonation-queries'
import { requireStaff } from './require-staff'

/**
 * Who acts as somebody else right now, and why. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function listImpersonations(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<Impersonation>> {
  await requireStaff(ctx, 'users:read')
  const rows = await listImpersonationRows(ctx.db, { now: ctx.clock.now(), limit: limit + 1, before: cursor ?? null })
  return toPage(rows, limit, toImpersonation)
}
