import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { Problem } from '#core/problem'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { toUser, type User } from '../profiles/contract'
import type { EmailToken } from './contract'
import { changeEmailByToken } from './email-change-queries'
import { emailTaken, invalidEmailToken } from './problems'

/**
 * Makes a new address the account's, by the token that was mailed to it. Whoever has the token may: the link is often
 * opened on another device. But a caller who is signed in may only confirm for their own account. Sessions end, but
 * the one that confirms or, without one, the one that asked. Throws `invalid-email-token`, `email-taken`,
 * `rate-limited`.
 */
export async function confirmEmail(ctx: Context, { token }: EmailToken): Promise<User> {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const caller = ctx.actor.kind === 'user' ? ctx.actor : undefined
  const values = {
    ...eventValues(ctx),
    jobId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    tokenHash: await hashToken(token),
    callerId: caller?.userId ?? null,
    keptSessionId: caller?.sessionId ?? null,
  }
  const [row] = await changeEmailByToken(ctx.db, values).catch((error: unknown) => {
    if (error instanceof Problem) throw error
    // Another account took the address in the same moment, so nothing happened; now the statement sees it.
    return changeEmailByToken(ctx.db, values)
  })
  if (!row) throw invalidEmailToken()
  if (row.id === null) throw row.isTaken ? emailTaken() : invalidEmailToken()
  ctx.pokeJobs()
  return toUser(ctx, row)
}
