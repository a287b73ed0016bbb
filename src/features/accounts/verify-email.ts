import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { listTerms } from '../profiles/list-terms'
import { provedActivation } from './activation'
import type { ActivationAnswer, EmailToken } from './contract'
import { invalidEmailToken } from './problems'
import { consumeVerificationToken } from './token-queries'

/**
 * Proves an address by the token that was mailed to it; a token works once. Sessions made before the proof end, since
 * whoever opened them had not shown that the address is theirs. Throws `invalid-email-token`, `rate-limited`.
 */
export async function verifyEmail(ctx: Context, { token }: EmailToken): Promise<ActivationAnswer> {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const [row] = await consumeVerificationToken(ctx.db, {
    ...eventValues(ctx),
    endedEventId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
    terms: JSON.stringify(listTerms(ctx).items),
    tokenHash: await hashToken(token),
    keptSessionId: ctx.actor.kind === 'user' ? ctx.actor.sessionId : null,
  })
  if (!row) throw invalidEmailToken()
  ctx.pokeJobs()
  return { activation: provedActivation(row) }
}
