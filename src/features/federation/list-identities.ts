import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { type IdentityList, toIdentity } from './contract'
import { listOwnIdentities } from './identity-queries'

/** The caller's accounts at other providers, oldest first. Throws `unauthenticated`, `session-revoked`. */
export async function listIdentities(ctx: Context): Promise<IdentityList> {
  const { userId, sessionId } = requireUser(ctx)
  const rows = await listOwnIdentities(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (rows.length === 0) throw sessionRevoked()
  return { items: rows.filter((row) => row.id !== null).map(toIdentity) }
}
