import type { Context } from '#core/context'
import { admit } from '#core/limits'
import type { EmailToken } from '../accounts/contract'
import { invalidEmailToken } from '../accounts/problems'
import { eventValues } from '../audit/event-values'
import { cancelErasureById } from './erasure-queries'
import { readCancellation } from './erasure-tokens'

/**
 * Takes the deletion of an account back by the mailed token, once, while it has not begun: the account is open again, with
 * its password; its sessions stay ended. Throws `invalid-email-token`, `rate-limited`, `limits-unavailable`.
 */
export async function cancelErasure(ctx: Context, { token }: EmailToken): Promise<void> {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const erasureId = await readCancellation(ctx, token)
  if (!erasureId) throw invalidEmailToken()
  const values = { ...eventValues(ctx), erasureId, endedEventId: ctx.ids.next(), by: 'mail' as const }
  const [row] = await cancelErasureById(ctx.db, values)
  if (!row) throw invalidEmailToken()
}
