import { type Context, requireUser } from '#core/context'
import type { Versioned } from '#core/precondition'
import { sessionRevoked } from '#core/problems'
import type { Preferences } from './preference-contract'
import { findOwnPreferences } from './preference-queries'
import { readPreferences } from './read-preferences'

/** How the caller wants things. Throws `unauthenticated`, `session-revoked`. */
export async function getPreferences(ctx: Context): Promise<Versioned<Preferences>> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findOwnPreferences(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  return { content: readPreferences(ctx.profileSchema, row.document ?? {}).preferences, version: row.version ?? '0' }
}
