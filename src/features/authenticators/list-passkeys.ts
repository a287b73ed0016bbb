import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { listOwnPasskeys } from './bound-passkey-queries'
import { type PasskeyList, toPasskey } from './passkey-contract'

/** The caller's passkeys, oldest first. Throws `unauthenticated`, `session-revoked`. */
export async function listPasskeys(ctx: Context): Promise<PasskeyList> {
  const { userId, sessionId } = requireUser(ctx)
  const rows = await listOwnPasskeys(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (rows.length === 0) throw sessionRevoked()
  return { items: rows.filter((row) => row.id !== null).map(toPasskey) }
}
