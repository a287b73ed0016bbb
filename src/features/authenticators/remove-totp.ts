import type { Context } from '#core/context'
import { secondFactorRequired } from './problems'
import { removeOwnTotp } from './removal-queries'
import { removeHeld } from './remove-held'

/**
 * Removes an authenticator app of the caller, or all of them without an id. Sessions that it raised are lowered at once.
 * Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `not-found`, `second-factor-required`.
 */
export async function removeTotp(ctx: Context, { id = null }: { id?: string | null }): Promise<void> {
  const row = await removeHeld(ctx, (db, values) => removeOwnTotp(db, { ...values, id }))
  if (Number(row.removed) === 0) throw secondFactorRequired()
}
