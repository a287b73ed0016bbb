import { requireCaptcha } from '#core/captcha'
import type { Context } from '#core/context'
import { admit, admitAndAsk } from '#core/limits'
import { countOutcome } from '#core/outcomes'
import { secondFactorPolicy } from '../access/second-factor-policy'
import { eventValues } from '../audit/event-values'
import { checkAcceptedTerms } from '../profiles/check-accepted-terms'
import { toUser } from '../profiles/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { newSession } from '../sessions/new-session'
import { unprovedActivation } from './activation'
import { checkNewPassword } from './check-new-password'
import type { ActivationAnswer, Registered, Registration } from './contract'
import { hashPassword } from './hash-password'
import { emailTaken } from './problems'
import { insertAccountWithSession, insertContestedAccount, insertOrReplaceAccount, type NewAccount } from './queries'

/** Whoever has just registered has nothing yet that a second factor would protect, and sets it up next. */
const leastGraceSeconds = 900

const newAccount = async (ctx: Context, registration: Registration): Promise<NewAccount> => {
  const { email, password, name, locale, acceptedTerms } = registration
  const terms = checkAcceptedTerms(ctx, acceptedTerms)
  await checkNewPassword(ctx, password, { email, pointer: '/password' })
  const passwordHash = await hashPassword(ctx, password)
  return {
    ...eventValues(ctx),
    jobId: ctx.ids.next(),
    repeatedEventId: ctx.ids.next(),
    userId: ctx.ids.next(),
    email,
    passwordHash,
    terms,
    name: name ?? null,
    locale: locale ?? null,
  }
}

const countRegistration = <T>({ telemetry: { meter } }: Context, work: () => Promise<T>): Promise<T> =>
  countOutcome((outcome) => meter.add('auth_registrations_total', { outcome }), work)

/**
 * Registers where an address must be proved before a log-in. The answer and its cost are the same for an address that
 * is taken; its owner gets a mail instead. An address that is registered over and over is mailed no more for a while;
 * until then the last registration's password holds, from then on nobody's, so that the owner who proves it sets one.
 * Throws `invalid-request`, `terms-not-accepted`, `rate-limited`, `captcha-required`, `overloaded`, `password-check-unavailable`,
 * `captcha-unavailable`, `limits-unavailable`.
 */
export async function register(ctx: Context, registration: Registration): Promise<ActivationAnswer> {
  return countRegistration(ctx, async () => {
    await requireCaptcha(ctx, registration.captchaToken)
    const mayMail = await admitAndAsk(
      ctx,
      ['mailAfterRegistration', registration.email],
      ['register', ctx.request.network],
    )
    const account = await newAccount(ctx, registration)
    await (mayMail ? insertOrReplaceAccount : insertContestedAccount)(ctx.db, account)
    ctx.pokeJobs()
    return { activation: unprovedActivation('required') }
  })
}

/**
 * Registers and logs in at once.
 * Throws `email-taken`, `invalid-request`, `terms-not-accepted`, `rate-limited`, `captcha-required`, `overloaded`,
 * `password-check-unavailable`, `captcha-unavailable`, `limits-unavailable`.
 */
export async function registerAndLogIn(ctx: Context, registration: Registration): Promise<Registered> {
  return countRegistration(ctx, async () => {
    await requireCaptcha(ctx, registration.captchaToken)
    await admit(ctx, ['register', ctx.request.network])
    const account = await newAccount(ctx, registration)
    const session = newSession(ctx, account.now, { amr: ['pwd'], acr: 'aal1' })
    const [row] = await insertAccountWithSession(ctx.db, {
      ...account,
      ...session,
      ...secondFactorPolicy(ctx.config),
      graceSeconds: Math.max(ctx.config.MFA_GRACE_SECONDS, leastGraceSeconds),
    })
    if (!row) throw emailTaken()
    ctx.pokeJobs()
    const user = toUser(ctx, row)
    return { user, activation: unprovedActivation('optional'), tokens: await issueTokens(ctx, row, user) }
  })
}
