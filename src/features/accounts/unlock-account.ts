import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import type { EmailToken } from './contract'
import { invalidEmailToken } from './problems'
import { unlockByToken } from './unlock-queries'

/**
 * Lifts the lock of an account by the token that was mailed when it was locked; it works once.
 * Throws `invalid-email-token`, `rate-limited`, `limits-unavailable`.
 */
export async function unlockAccount(ctx: Context, { token }: EmailToken): Promise<void> {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const values = { ...eventValues(ctx), unlockedEventId: ctx.ids.next(), tokenHash: await hashToken(token) }
  const [row] = await unlockByToken(ctx.db, values)
  if (!row) throw invalidEmailToken()
}
