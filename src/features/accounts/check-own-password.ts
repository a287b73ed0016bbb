import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { askForMore, recentSeconds } from '#core/user-authentication'
import { eventValues } from '../audit/event-values'
import { delayAfter } from '../sessions/delay-after'
import { isKnownDevice, lockoutValues } from '../sessions/lockout-values'
import { noteLockout } from '../sessions/note-lockout'
import { locked, maySayLocked } from './account-lock'
import { normalizePassword } from './password-policy'
import { findOwnPassword } from './password-queries'
import { invalidCredentials } from './problems'
import type { countRefusedChange } from './refused-password-queries'

/** Whom failures count against, the hash that was compared, and the address. */
export interface OwnPassword {
  subject: string
  passwordHash: string
  email: string
}

const refuse = async (ctx: Context, subject: string, countRefused: typeof countRefusedChange): Promise<never> => {
  const { userId, sessionId } = requireUser(ctx)
  const [counted] = await countRefused(ctx.db, {
    ...eventValues(ctx),
    userId,
    sessionId,
    subject,
    lockoutFailures: ctx.config.LOCKOUT_FAILURES,
    lockoutSeconds: ctx.config.LOCKOUT_SECONDS,
    lockedEventId: ctx.ids.next(),
    lockoutJobId: ctx.ids.next(),
  })
  noteLockout(ctx, counted?.failures, isKnownDevice(subject) ? 'device' : 'account')
  await delayAfter(ctx, counted?.failures ?? 0)
  throw invalidCredentials()
}

/** How a password is asked for. */
interface Asked {
  /** Records and counts a wrong one. */
  countRefused: typeof countRefusedChange
  /** Goes on beside the look-up. */
  meanwhile: () => Promise<void>
  /** Whether the session must have shown a second factor, if there is one. */
  needsOwnLevel: boolean
}

/**
 * Checks the caller's own password; a wrong one counts like one at a log-in, and a lock holds here too. The statement that
 * goes on has to ask again whether the hash is still the same, and nothing locked.
 * Throws `session-revoked`, `insufficient-user-authentication`, `invalid-credentials`, `account-locked`, `overloaded`.
 */
export async function checkOwnPassword(
  ctx: Context,
  password: string,
  { countRefused, meanwhile, needsOwnLevel }: Asked,
): Promise<OwnPassword> {
  const { userId, sessionId } = requireUser(ctx)
  const [[own]] = await Promise.all([
    findOwnPassword(ctx.db, { ...(await lockoutValues(ctx)), userId, sessionId, now: ctx.clock.now() }),
    meanwhile(),
  ])
  if (!own) throw sessionRevoked()
  if (needsOwnLevel && own.isWeak) throw askForMore({ level: 'aal2', maxAge: recentSeconds })
  const { subject, failures, lockedUntil, email } = own
  const passwordHash = own.passwordHash ?? undefined
  const matches = await ctx.passwords.verify(normalizePassword(password), passwordHash)
  if (!passwordHash || !matches || (lockedUntil && !maySayLocked(ctx, failures)))
    return refuse(ctx, subject, countRefused)
  if (lockedUntil) throw locked(ctx, lockedUntil)
  return { subject, passwordHash, email }
}
