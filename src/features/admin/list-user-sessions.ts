import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { notFound } from '#core/problems'
import { type Session, toSession } from '../sessions/contract'
import { requireStaff } from './require-staff'
import { listSessionsOf } from './user-session-queries'

/**
 * The live sessions of somebody, newest first. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function listUserSessions(ctx: Context, id: string, { limit, cursor }: PageQuery): Promise<Page<Session>> {
  const { sessionId } = await requireStaff(ctx, 'users:read')
  const rows = await listSessionsOf(ctx.db, {
    targetId: id,
    now: ctx.clock.now(),
    limit: limit + 1,
    before: cursor ?? null,
  })
  if (rows.length === 0) throw notFound()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, limit, (row) => toSession(row, sessionId))
}
