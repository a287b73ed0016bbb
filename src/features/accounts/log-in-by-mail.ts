import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import { retryAfter } from '#core/problem'
import { rateLimited } from '#core/problems'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { addSeconds, newSession } from '../sessions/new-session'
import type { EmailLogIn } from './contract'
import { listCodeHashes } from './email-code'
import {
  codeAttemptLimit,
  codeAttemptSeconds,
  type EmailLogIn as LogInValues,
  openSessionByCode,
  openSessionByLink,
} from './email-link-queries'
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
  const [row] = await openSessionByLink(ctx.db, { ...logInValues(ctx), tokenHash: await hashToken(token) })
  if (!row) throw invalidEmailToken()
  return row
}

const logInByCode = async (ctx: Context, email: string, code: string) => {
  const [addressHash, codeHashes] = await Promise.all([hashToken(`code:${email}`), listCodeHashes(ctx, email, code)])
  const [row] = await openSessionByCode(ctx.db, { ...logInValues(ctx), email, addressHash, codeHashes })
  if (row && row.id !== null) return row
  if (row && row.attempts > codeAttemptLimit) {
    const endsAt = addSeconds(row.attemptedSince, codeAttemptSeconds)
    throw rateLimited(retryAfter(Math.ceil((endsAt.getTime() - ctx.clock.now().getTime()) / 1000)))
  }
  throw invalidEmailCode()
}

/**
 * Logs in by what was mailed: the link's token, or the address and the six digits. Either works once, and uses up the
 * other. Attempts at a code are counted for the address on the server, whether or not it has an account.
 * Throws `invalid-email-token`, `invalid-email-code`, `rate-limited`.
 */
export async function logInByMail(ctx: Context, { token, email = '', code = '' }: EmailLogIn): Promise<TokenSet> {
  await takeLimit(ctx, 'consumeToken', ctx.request.ipAddress)
  const row = await (token === undefined ? logInByCode(ctx, email, code) : logInByLink(ctx, token))
  ctx.pokeJobs()
  return issueTokens(ctx, row, toUser(row))
}
