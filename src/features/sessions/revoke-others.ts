import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { revokeOtherSessions } from './queries'

/** Ends all of the caller's sessions but the one that asks. Throws `unauthenticated`, `session-revoked`. */
export async function revokeOthers(ctx: Context): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await revokeOtherSessions(ctx.db, { ...eventValues(ctx), userId, sessionId })
  if (!row) throw sessionRevoked()
}
