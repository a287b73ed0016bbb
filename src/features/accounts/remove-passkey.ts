import type { Context } from '#core/context'
import { lastWayIn, secondFactorRequired } from '../authenticators/problems'
import { removeHeld } from '../authenticators/remove-held'
import { removeOwnPasskey } from './passkey-queries'

/**
 * Removes a passkey of the caller; sessions that it raised are lowered at once. It lives here, since only accounts know
 * whether there is another way in. Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`,
 * `not-found`, `last-way-in`, `second-factor-required`.
 */
export async function removePasskey(ctx: Context, { id }: { id: string }): Promise<void> {
  const row = await removeHeld(ctx, (db, values) => removeOwnPasskey(db, { ...values, id }))
  if (Number(row.removed) === 0) throw row.isLastWayIn ? lastWayIn() : secondFactorRequired()
}
