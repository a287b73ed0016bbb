import { type Context, requireUser } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { type Session, toSession } from './contract'
import { listLiveSessions } from './queries'

/** The caller's live sessions, newest first. Throws `unauthenticated`, `session-revoked`. */
export async function listSessions(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<Session>> {
  const { userId, sessionId } = requireUser(ctx)
  const rows = await listLiveSessions(ctx.db, {
    userId,
    sessionId,
    now: ctx.clock.now(),
    limit: limit + 1,
    before: cursor ?? null,
  })
  if (rows.length === 0) throw sessionRevoked()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, limit, (row) => toSession(row, sessionId))
}
