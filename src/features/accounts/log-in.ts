import { requireCaptcha } from '#core/captcha'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { lockedOut, type Problem } from '#core/problem'
import { rateLimited } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { countLogIn } from '../authenticators/count-log-in'
import { finishLogIn } from '../authenticators/finish-log-in'
import type { LogInOutcome } from '../authenticators/log-in-contract'
import { logInValues } from '../authenticators/log-in-values'
import { emailUnverified } from '../profiles/problems'
import { delayAfter } from '../sessions/delay-after'
import { isKnownDevice, lockoutValues } from '../sessions/lockout-values'
import { noteLockout } from '../sessions/note-lockout'
import { locked, maySayLocked, secondsUntil } from './account-lock'
import { unprovedActivation } from './activation'
import type { LogIn } from './contract'
import {
  countFailedLogIn,
  findLogInCandidate,
  type LogInCandidate,
  letInByPassword,
  recordRefusedLogIn,
} from './log-in-queries'
import { normalizePassword } from './password-policy'
import { invalidCredentials } from './problems'

const findCandidate = async (ctx: Context, email: string): Promise<LogInCandidate> => {
  const values = { ...(await lockoutValues(ctx)), now: ctx.clock.now(), email }
  const [candidate] = await findLogInCandidate(ctx.db, values)
  if (!candidate) throw new Error('The look-up of a log-in gives one row always.')
  return candidate
}

/** Counts a wrong password and answers later the more there were. */
const refuse = async (ctx: Context, { id, subject }: LogInCandidate): Promise<never> => {
  const [counted] = await countFailedLogIn(ctx.db, {
    ...eventValues(ctx),
    ...(await lockoutValues(ctx)),
    userId: id,
    subject,
    lockedEventId: ctx.ids.next(),
    lockoutJobId: ctx.ids.next(),
  })
  noteLockout(ctx, counted?.failures, isKnownDevice(subject) ? 'device' : 'account')
  await delayAfter(ctx, counted?.failures ?? 0)
  throw invalidCredentials()
}

/** Refuses who knows the password, and may learn why. */
const refuseOwner = async (ctx: Context, userId: string, reason: 'locked' | 'email_unverified', problem: Problem) => {
  await recordRefusedLogIn(ctx.db, { ...eventValues(ctx), userId, reason })
  throw problem
}

/** Lets pass before any hash is computed, by what is known of the failures before. */
const checkStanding = async (ctx: Context, candidate: LogInCandidate, { captchaToken }: LogIn): Promise<void> => {
  if (isKnownDevice(candidate.subject)) return
  if (candidate.networkShutUntil) {
    throw rateLimited(lockedOut('network', secondsUntil(ctx, candidate.networkShutUntil)))
  }
  if (candidate.failures >= ctx.config.CAPTCHA_AFTER_FAILURES) await requireCaptcha(ctx, captchaToken)
}

/** A hash of today for a password whose hash is of older parameters or another algorithm; null while there is no room. */
const renewHash = (ctx: Context, password: string): Promise<string | null> =>
  ctx.passwords.hash(normalizePassword(password)).catch(() => null)

/** One try; undefined when the hash that was compared is another by now, or a lock came between. */
const tryLogIn = async (
  ctx: Context,
  credentials: LogIn,
  candidate: LogInCandidate,
): Promise<LogInOutcome | undefined> => {
  const { email, password } = credentials
  const { lockedUntil, failures, subject } = candidate
  const passwordHash = (candidate.id !== null && candidate.isOpen && candidate.passwordHash) || undefined
  const matches = await ctx.passwords.verify(normalizePassword(password), passwordHash)
  if (candidate.id === null || !passwordHash || !matches || (lockedUntil && !maySayLocked(ctx, failures))) {
    return refuse(ctx, candidate)
  }
  if (lockedUntil) {
    return refuseOwner(ctx, candidate.id, 'locked', locked(ctx, lockedUntil))
  }
  if (ctx.config.EMAIL_VERIFICATION === 'required' && candidate.emailVerifiedAt === null) {
    const activation = unprovedActivation('required')
    return refuseOwner(ctx, candidate.id, 'email_unverified', emailUnverified({ extensions: { activation } }))
  }
  const values = await logInValues(ctx, ['pwd'], credentials.transport)
  const [row] = await letInByPassword(ctx.db, {
    ...values,
    userId: candidate.id,
    email,
    subject,
    passwordHash,
    newHash: ctx.passwords.isCurrent(passwordHash) ? null : await renewHash(ctx, password),
  })
  return row && finishLogIn(ctx, values.challengeId, row)
}

/**
 * The second try. A device that failed too often meanwhile does not go on as a stranger: tries at once would be more than
 * may fail.
 */
const tryAgain = async (
  ctx: Context,
  credentials: LogIn,
  before: LogInCandidate,
): Promise<LogInOutcome | undefined> => {
  const candidate = await findCandidate(ctx, credentials.email)
  return candidate.subject === before.subject ? tryLogIn(ctx, credentials, candidate) : refuse(ctx, before)
}

/**
 * Logs in with a password, up to the second factor of who has one. An unknown address, a banned account, a locked one and a wrong password look the same from
 * outside and cost the same: one look-up, one hash, one statement. Only who knows the password learns that the address
 * is not proved, or that failures have locked the account, which a device that logged in before does not feel. A hash
 * that changes between is compared anew: another log-in may have renewed it.
 * Throws `invalid-credentials`, `account-locked`, `email-unverified`, `rate-limited`, `captcha-required`, `overloaded`,
 * `captcha-unavailable`, `limits-unavailable`.
 */
export async function logIn(ctx: Context, credentials: LogIn): Promise<LogInOutcome> {
  const { email } = credentials
  return countLogIn(ctx, 'password', async () => {
    const admitted = admit(ctx, ['logIn', ctx.request.network, email])
    const [candidate] = await Promise.all([findCandidate(ctx, email), admitted])
    await checkStanding(ctx, candidate, credentials)
    const outcome = (await tryLogIn(ctx, credentials, candidate)) ?? (await tryAgain(ctx, credentials, candidate))
    if (!outcome) throw invalidCredentials()
    ctx.pokeJobs()
    return outcome
  })
}
