import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { unlockAddress } from '../accounts/unlock-address'
import { findAccount } from './account-queries'
import { requireStaff } from './require-staff'

/**
 * Forgets the failures to log in to an account, and the lock that they brought. Throws `unauthenticated`, `session-revoked`,
 * `not-found`, `insufficient-user-authentication`, `missing-permission`.
 */
export async function unlockUser(ctx: Context, id: string): Promise<void> {
  await requireStaff(ctx, 'users:unlock')
  const [account] = await findAccount(ctx.db, { targetId: id, now: ctx.clock.now() })
  if (!account) throw notFound()
  await unlockAddress(ctx, account.email, 'staff')
}
