import { type Context, requireUser } from '#core/context'
import { type Page, toPage } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { type ActivityItem, type ActivityQuery, toActivityItem } from './activity-contract'
import { listOwnActivity } from './activity-queries'
import { shownValues } from './shown-values'

/** What happened to the caller's account, newest first. Throws `unauthenticated`, `session-revoked`. */
export async function listActivity(ctx: Context, query: ActivityQuery): Promise<Page<ActivityItem>> {
  const { userId, sessionId } = requireUser(ctx)
  const values = { userId, sessionId, now: ctx.clock.now(), ...shownValues(ctx, query) }
  const rows = await listOwnActivity(ctx.db, values)
  if (rows.length === 0) throw sessionRevoked()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, query.limit, toActivityItem)
}
