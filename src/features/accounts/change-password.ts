import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import { checkNewPassword } from './check-new-password'
import { checkOwnPassword } from './check-own-password'
import type { PasswordChange } from './contract'
import { hashPassword } from './hash-password'
import { replaceOwnPassword } from './password-queries'
import { invalidCredentials } from './problems'
import { countRefusedChange } from './refused-password-queries'

/**
 * Changes the caller's password to one that keeps the rules; their other sessions end. An account without a password
 * gets its first by a reset. A wrong current password counts like one at a log-in, and a lock holds here too.
 * Who has a second factor must have shown it in this session. Throws `invalid-credentials` for a wrong current one,
 * `insufficient-user-authentication`, `account-locked`, `session-revoked`, `invalid-request`,
 * `rate-limited`, `overloaded`, `password-check-unavailable`, `limits-unavailable`.
 */
export async function changePassword(ctx: Context, { currentPassword, newPassword }: PasswordChange): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const { subject, passwordHash, email } = await checkOwnPassword(ctx, currentPassword, {
    countRefused: countRefusedChange,
    meanwhile: () => admit(ctx, ['changePassword', userId]),
    needsOwnLevel: true,
  })
  await checkNewPassword(ctx, newPassword, { email, pointer: '/newPassword' })
  const newHash = await hashPassword(ctx, newPassword)
  const [changed] = await replaceOwnPassword(ctx.db, {
    ...eventValues(ctx),
    jobId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    userId,
    sessionId,
    subject,
    passwordHash,
    newHash,
  })
  if (!changed) throw invalidCredentials()
  ctx.pokeJobs()
}
