import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { checkNewPassword } from './check-new-password'
import type { PasswordReset } from './contract'
import { hashPassword } from './hash-password'
import { findResetAddress, resetPasswordByToken } from './password-queries'
import { invalidEmailToken } from './problems'

/**
 * Sets a password by the token that was mailed for it. The address is proved by that, a lock is lifted, every session
 * ends, and whatever else was mailed is void. A password that is refused leaves the token as it was.
 * Throws `invalid-email-token`, `invalid-request`, `rate-limited`, `overloaded`, `password-check-unavailable`.
 */
export async function resetPassword(ctx: Context, { token, newPassword }: PasswordReset): Promise<void> {
  const tokenHash = await hashToken(token)
  const [[mailed]] = await Promise.all([
    findResetAddress(ctx.db, { tokenHash, now: ctx.clock.now() }),
    admit(ctx, ['consumeToken', ctx.request.network]),
  ])
  if (!mailed) throw invalidEmailToken()
  await checkNewPassword(ctx, newPassword, { email: mailed.email, pointer: '/newPassword' })
  const passwordHash = await hashPassword(ctx, newPassword)
  const [row] = await resetPasswordByToken(ctx.db, {
    ...eventValues(ctx),
    jobId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    verifiedEventId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
    unlockedEventId: ctx.ids.next(),
    tokenHash,
    passwordHash,
  })
  if (!row) throw invalidEmailToken()
  ctx.pokeJobs()
}
