import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { revokeSessionOfCaller } from './queries'

/**
 * Ends one of the caller's own sessions, once. Someone else's looks as if it did not exist.
 * Throws `unauthenticated`, `session-revoked`, `not-found`.
 */
export async function revokeSession(ctx: Context, { id }: { id: string }): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await revokeSessionOfCaller(ctx.db, { ...eventValues(ctx), userId, sessionId, revokedId: id })
  if (!row) throw sessionRevoked()
  if (row.ended === null) throw notFound()
}
