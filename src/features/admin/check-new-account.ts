import type { Context } from '#core/context'
import { checkNewPassword } from '../accounts/check-new-password'
import type { NewAccount } from './account-contract'
import { requireStaff } from './require-staff'

/**
 * What of a new account is to be asked elsewhere, before its transaction: whether its password is known from a breach.
 * Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`, `missing-permission`,
 * `invalid-request`, `password-check-unavailable`.
 */
export async function checkNewAccount(ctx: Context, { email, password }: NewAccount): Promise<void> {
  await requireStaff(ctx, 'users:create')
  if (password !== undefined) await checkNewPassword(ctx, password, { email, pointer: '/password' })
}
