import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { recentSeconds, requireFresh, requireLevel } from '#core/user-authentication'
import { secondFactorPolicy } from '../access/second-factor-policy'
import { addSeconds } from '../sessions/new-session'
import { findStanding, type Standing } from './standing-queries'

/** A caller who may change how they show who they are. `freshAfter` holds them to it in the statement that follows. */
export interface PrivilegedCaller {
  userId: string
  sessionId: string
  freshAfter: Date
  standing: Standing
}

/**
 * The signed-in user who showed a moment ago that it is them, with a second factor if they have one: the first line of every
 * verb that changes authenticators (NIST SP 800-63B-4, section 4.1.2). Throws `unauthenticated`, `session-revoked`,
 * `insufficient-user-authentication`.
 */
export async function requirePrivileged(ctx: Context): Promise<PrivilegedCaller> {
  const { userId, sessionId } = requireUser(ctx)
  const now = ctx.clock.now()
  const [standing] = await findStanding(ctx.db, { ...secondFactorPolicy(ctx.config), userId, sessionId, now })
  if (!standing) throw sessionRevoked()
  const level = standing.hasSecondFactor ? 'aal2' : 'aal1'
  requireLevel(standing, level, recentSeconds)
  requireFresh(standing, now, recentSeconds, level)
  return { userId, sessionId, freshAfter: addSeconds(now, -recentSeconds), standing }
}
