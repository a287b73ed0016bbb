import { type Context, requireUser } from '#core/context'
import type { Versioned } from '#core/precondition'
import { sessionRevoked } from '#core/problems'
import { toUser, type User } from './contract'
import { findOwnUser } from './queries'

/** The caller's own account. Throws `unauthenticated`, `session-revoked`. */
export async function getProfile(ctx: Context): Promise<Versioned<User>> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findOwnUser(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  return { content: toUser(ctx, row), version: row.version }
}
