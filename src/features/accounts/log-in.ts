import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import type { Problem } from '#core/problem'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { newSession } from '../sessions/new-session'
import { unprovedActivation } from './activation'
import type { LogIn } from './contract'
import { normalizePassword } from './password-policy'
import { emailUnverified, invalidCredentials } from './problems'
import { findLogInCandidate, openSessionByPassword, recordFailedLogIn } from './queries'

type FailureReason = 'credentials' | 'email_unverified'

const refuse = async (ctx: Context, userId: string | null, reason: FailureReason, problem: Problem): Promise<never> => {
  await recordFailedLogIn(ctx.db, { ...eventValues(ctx), userId, reason })
  throw problem
}

/** A hash of today for a password whose hash is of older parameters or another algorithm; null while there is no room. */
const renewHash = (ctx: Context, password: string): Promise<string | null> =>
  ctx.passwords.hash(normalizePassword(password)).catch(() => null)

/** One try; undefined when the hash that was compared is another by now. */
const tryLogIn = async (ctx: Context, { email, password }: LogIn): Promise<TokenSet | undefined> => {
  const [candidate] = await findLogInCandidate(ctx.db, { email })
  const passwordHash = (!candidate?.bannedAt && candidate?.passwordHash) || undefined
  const matches = await ctx.passwords.verify(normalizePassword(password), passwordHash)
  if (!candidate || !passwordHash || !matches) {
    return refuse(ctx, candidate?.id ?? null, 'credentials', invalidCredentials())
  }
  if (ctx.config.EMAIL_VERIFICATION === 'required' && candidate.emailVerifiedAt === null) {
    const activation = unprovedActivation('required')
    return refuse(ctx, candidate.id, 'email_unverified', emailUnverified({ extensions: { activation } }))
  }
  const event = eventValues(ctx)
  const [row] = await openSessionByPassword(ctx.db, {
    ...event,
    ...newSession(ctx, event.now, { amr: ['pwd'], acr: 'aal1' }),
    jobId: ctx.ids.next(),
    userId: candidate.id,
    email,
    passwordHash,
    newHash: ctx.passwords.isCurrent(passwordHash) ? null : await renewHash(ctx, password),
  })
  return row && issueTokens(ctx, row, toUser(row))
}

/**
 * Logs in with a password. An unknown address, a banned account and a wrong password look the same from outside and
 * cost the same: one look-up, one hash, one statement. Only who knows the password learns that the address is not
 * proved. A hash that changes between is compared anew: another log-in may have renewed it.
 * Throws `invalid-credentials`, `email-unverified`, `rate-limited`, `overloaded`.
 */
export async function logIn(ctx: Context, credentials: LogIn): Promise<TokenSet> {
  await takeLimit(ctx, 'logIn', ctx.request.ipAddress, credentials.email)
  const tokens = (await tryLogIn(ctx, credentials)) ?? (await tryLogIn(ctx, credentials))
  if (!tokens) throw invalidCredentials()
  ctx.pokeJobs()
  return tokens
}
