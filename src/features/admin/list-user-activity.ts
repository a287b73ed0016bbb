import type { Context } from '#core/context'
import { type Page, toPage } from '#core/pagination'
import { notFound } from '#core/problems'
import { type ActivityItem, type ActivityQuery, toActivityItem } from '../profiles/activity-contract'
import { shownValues } from '../profiles/shown-values'
import { listActivityById } from './activity-queries'
import { requireStaff } from './require-staff'

/**
 * What happened to somebody's account, newest first. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function listUserActivity(ctx: Context, id: string, query: ActivityQuery): Promise<Page<ActivityItem>> {
  await requireStaff(ctx, 'users:read')
  const rows = await listActivityById(ctx.db, { ...shownValues(ctx, query), targetId: id })
  if (rows.length === 0) throw notFound()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, query.limit, toActivityItem)
}
