import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { lockedOut } from '#core/problem'
import { rateLimited } from '#core/problems'
import { hashToken } from '#core/secrets'
import { countLogIn } from '../authenticators/count-log-in'
import { finishLogIn } from '../authenticators/finish-log-in'
import type { LoggedInRow, LogInOutcome } from '../authenticators/log-in-contract'
import { logInValues } from '../authenticators/log-in-values'
import { delayAfter } from '../sessions/delay-after'
import { noteLockout } from '../sessions/note-lockout'
import { locked, secondsUntil } from './account-lock'
import type { EmailLogIn } from './contract'
import { listCodeHashes } from './email-code'
import { type EmailLogIn as LetInValues, letInByCode, letInByLink } from './email-link-queries'
import { invalidEmailCode, invalidEmailToken } from './problems'

type Asked = { transport?: 'bearer' | 'cookie' | undefined }

const mailedValues = async (ctx: Context, { transport }: Asked): Promise<LetInValues> => ({
  ...(await logInValues(ctx, ['otp'], transport)),
  endedEventId: ctx.ids.next(),
  verifiedEventId: ctx.ids.next(),
  joinJobId: ctx.ids.next(),
  droppedEventId: ctx.ids.next(),
  failedEventId: ctx.ids.next(),
})

const logInByLink = async (ctx: Context, values: LetInValues, token: string): Promise<LoggedInRow> => {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const mailed = { unlockedEventId: ctx.ids.next(), tokenHash: await hashToken(token) }
  const [row] = await letInByLink(ctx.db, { ...values, ...mailed })
  if (!row) throw invalidEmailToken()
  return row
}

const logInByCode = async (ctx: Context, values: LetInValues, email: string, code: string): Promise<LoggedInRow> => {
  // A device that logged in before counts apart, so that nobody uses up the owner's tries.
  await admit(ctx, ['consumeToken', ctx.request.network], ['checkCode', email, values.deviceSubject])
  const [row] = await letInByCode(ctx.db, {
    ...values,
    email,
    codeHashes: await listCodeHashes(ctx, email, code),
    lockedEventId: ctx.ids.next(),
    lockoutJobId: ctx.ids.next(),
  })
  if (row && row.id !== null) return row
  noteLockout(ctx, row?.failures, 'account')
  await delayAfter(ctx, row?.failures ?? 0)
  if (row?.networkShutUntil) {
    throw rateLimited(lockedOut('network', secondsUntil(ctx, row.networkShutUntil)))
  }
  if (row?.lockedUntil && row.failures > ctx.config.LOCKOUT_FAILURES) {
    throw locked(ctx, row.lockedUntil)
  }
  throw invalidEmailCode()
}

/**
 * Logs in by what was mailed, up to the second factor of who has one: the link's token, or the address and the six digits. Either works once, and uses up the
 * other. A wrong code counts like a wrong password, for the address on the server, whether or not it has an account; once
 * locked, no code is looked at, and the answer is the same for a right one. A link is never locked, and lifts a lock.
 * Throws `invalid-email-token`, `invalid-email-code`, `account-locked`, `rate-limited`, `limits-unavailable`.
 */
export async function logInByMail(ctx: Context, mailed: EmailLogIn): Promise<LogInOutcome> {
  const { token, email = '', code = '' } = mailed
  return countLogIn(ctx, token === undefined ? 'email_code' : 'email_link', async () => {
    const values = await mailedValues(ctx, mailed)
    const row = await (token === undefined ? logInByCode(ctx, values, email, code) : logInByLink(ctx, values, token))
    ctx.pokeJobs()
    return finishLogIn(ctx, values.challengeId, row)
  })
}
