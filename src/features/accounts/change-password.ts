import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { delayAfter } from '../sessions/delay-after'
import { lockoutValues } from '../sessions/lockout-values'
import { locked, maySayLocked } from './account-lock'
import { checkNewPassword } from './check-new-password'
import type { PasswordChange } from './contract'
import { normalizePassword } from './password-policy'
import { countRefusedChange, findOwnPassword, replaceOwnPassword } from './password-queries'
import { invalidCredentials } from './problems'

const refuse = async (ctx: Context, subject: string): Promise<never> => {
  const { userId, sessionId } = requireUser(ctx)
  const [counted] = await countRefusedChange(ctx.db, {
    ...eventValues(ctx),
    userId,
    sessionId,
    subject,
    lockoutFailures: ctx.config.LOCKOUT_FAILURES,
    lockoutSeconds: ctx.config.LOCKOUT_SECONDS,
    lockedEventId: ctx.ids.next(),
    lockoutJobId: ctx.ids.next(),
  })
  // The failure that locks an account mails its owner.
  if (counted?.failures === ctx.config.LOCKOUT_FAILURES) ctx.pokeJobs()
  await delayAfter(ctx, counted?.failures ?? 0)
  throw invalidCredentials()
}

/**
 * Changes the caller's password to one that keeps the rules; their other sessions end. An account without a password
 * gets its first by a reset. A wrong current password counts like one at a log-in, and a lock holds here too.
 * Throws `invalid-credentials` for a wrong current one, `account-locked`, `session-revoked`, `invalid-request`,
 * `rate-limited`, `overloaded`, `password-check-unavailable`, `limits-unavailable`.
 */
export async function changePassword(ctx: Context, change: PasswordChange): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const [[own]] = await Promise.all([
    findOwnPassword(ctx.db, { ...(await lockoutValues(ctx)), userId, sessionId, now: ctx.clock.now() }),
    admit(ctx, ['changePassword', userId]),
  ])
  if (!own) throw sessionRevoked()
  const { subject, failures, lockedUntil } = own
  const passwordHash = own.passwordHash ?? undefined
  const matches = await ctx.passwords.verify(normalizePassword(change.currentPassword), passwordHash)
  if (!passwordHash || !matches || (lockedUntil && !maySayLocked(ctx, failures))) return refuse(ctx, subject)
  if (lockedUntil) throw locked(ctx, lockedUntil)
  await checkNewPassword(ctx, change.newPassword, { email: own.email, pointer: '/newPassword' })
  const newHash = await ctx.passwords.hash(normalizePassword(change.newPassword))
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
