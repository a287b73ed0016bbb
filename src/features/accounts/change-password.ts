import { type Context, requireUser } from '#core/context'
import { takeLimit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { checkNewPassword } from './check-new-password'
import type { PasswordChange } from './contract'
import { normalizePassword } from './password-policy'
import { findOwnPassword, recordRefusedChange, replaceOwnPassword } from './password-queries'
import { invalidCredentials } from './problems'

/**
 * Changes the caller's password to one that keeps the rules; their other sessions end. An account without a password
 * gets its first by a reset. Throws `invalid-credentials` for a wrong current one, `session-revoked`, `invalid-request`,
 * `rate-limited`, `overloaded`, `password-check-unavailable`.
 */
export async function changePassword(ctx: Context, change: PasswordChange): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  await takeLimit(ctx, 'changePassword', userId)
  const [own] = await findOwnPassword(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!own) throw sessionRevoked()
  const passwordHash = own.passwordHash ?? undefined
  const matches = await ctx.passwords.verify(normalizePassword(change.currentPassword), passwordHash)
  if (!passwordHash || !matches) {
    await recordRefusedChange(ctx.db, { ...eventValues(ctx), userId, sessionId })
    throw invalidCredentials()
  }
  await checkNewPassword(ctx, change.newPassword, { email: own.email, pointer: '/newPassword' })
  const newHash = await ctx.passwords.hash(normalizePassword(change.newPassword))
  const [changed] = await replaceOwnPassword(ctx.db, {
    ...eventValues(ctx),
    jobId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    userId,
    sessionId,
    passwordHash,
    newHash,
  })
  if (!changed) throw invalidCredentials()
  ctx.pokeJobs()
}
