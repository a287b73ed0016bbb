import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { retryAfter } from '#core/problem'
import { rateLimited } from '#core/problems'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { delayAfter } from '../sessions/delay-after'
import { issueTokens } from '../sessions/issue-tokens'
import { lockoutValues } from '../sessions/lockout-values'
import { newSession } from '../sessions/new-session'
import { locked, secondsUntil } from './account-lock'
import type { EmailLogIn } from './contract'
import { listCodeHashes } from './email-code'
import { type EmailLogIn as LogInValues, openSessionByCode, openSessionByLink } from './email-link-queries'
import { invalidEmailCode, invalidEmailToken } from './problems'

const logInValues = (ctx: Context): LogInValues => {
  const event = eventValues(ctx)
  return {
    ...event,
    ...newSession(ctx, event.now, { amr: ['otp'], acr: 'aal1' }),
    jobId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    verifiedEventId: ctx.ids.next(),
    droppedEventId: ctx.ids.next(),
    failedEventId: ctx.ids.next(),
  }
}

const logInByLink = async (ctx: Context, token: string) => {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const values = { ...logInValues(ctx), unlockedEventId: ctx.ids.next(), tokenHash: await hashToken(token) }
  const [row] = await openSessionByLink(ctx.db, values)
  if (!row) throw invalidEmailToken()
  return row
}

const logInByCode = async (ctx: Context, email: string, code: string) => {
  const lockout = await lockoutValues(ctx)
  // A device that logged in before counts apart, so that nobody uses up the owner's tries.
  await admit(ctx, ['consumeToken', ctx.request.network], ['checkCode', email, lockout.deviceSubject])
  const [row] = await openSessionByCode(ctx.db, {
    ...logInValues(ctx),
    ...lockout,
    email,
    codeHashes: await listCodeHashes(ctx, email, code),
    lockedEventId: ctx.ids.next(),
    lockoutJobId: ctx.ids.next(),
  })
  if (row && row.id !== null) return row
  // The failure that locks an account mails its owner.
  if (row?.failures === ctx.config.LOCKOUT_FAILURES) ctx.pokeJobs()
  await delayAfter(ctx, row?.failures ?? 0)
  if (row?.networkShutUntil) throw rateLimited(retryAfter(secondsUntil(ctx, row.networkShutUntil)))
  if (row?.lockedUntil && row.failures > ctx.config.LOCKOUT_FAILURES) {
    throw locked(ctx, row.lockedUntil)
  }
  throw invalidEmailCode()
}

/**
 * Logs in by what was mailed: the link's token, or the address and the six digits. Either works once, and uses up the
 * other. A wrong code counts like a wrong password, for the address on the server, whether or not it has an account; once
 * locked, no code is looked at, and the answer is the same for a right one. A link is never locked, and lifts a lock.
 * Throws `invalid-email-token`, `invalid-email-code`, `account-locked`, `rate-limited`, `limits-unavailable`.
 */
export async function logInByMail(ctx: Context, { token, email = '', code = '' }: EmailLogIn): Promise<TokenSet> {
  const row = await (token === undefined ? logInByCode(ctx, email, code) : logInByLink(ctx, token))
  ctx.pokeJobs()
  return issueTokens(ctx, row, toUser(row))
}
