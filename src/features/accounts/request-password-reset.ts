import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { EmailOnly } from './contract'
import { queueResetMail } from './mail-queries'

/** Mails a reset link if the address has an account, with or without a password; the caller can't tell. Throws `rate-limited`. */
export async function requestPasswordReset(ctx: Context, { email }: EmailOnly): Promise<void> {
  await takeLimit(ctx, 'sendMail', 'reset-password', email)
  await queueResetMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
