import type { Context } from '#core/context'
import { lastWayIn } from '../authenticators/problems'
import { removeHeld } from '../authenticators/remove-held'
import { unlinkOwnIdentity } from './identity-queries'

/**
 * Unlinks an account at another provider from the caller's, and has the provider told that its tokens are over. It
 * lives here, since only accounts know whether there is another way in. Throws `unauthenticated`, `session-revoked`,
 * `insufficient-user-authentication`, `not-found`, `last-way-in`.
 */
export async function unlinkIdentity(ctx: Context, { id }: { id: string }): Promise<void> {
  const ids = { revocationId: ctx.ids.next(), revocationJobId: ctx.ids.next() }
  const row = await removeHeld(ctx, (db, values) => unlinkOwnIdentity(db, { ...values, ...ids, id }))
  if (Number(row.removed) === 0) throw lastWayIn()
}
