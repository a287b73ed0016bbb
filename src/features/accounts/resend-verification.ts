import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { EmailOnly } from './contract'
import { queueVerificationMail } from './mail-queries'

/** Mails a new verification link if the address has an account that needs one; the caller can't tell. Throws `rate-limited`. */
export async function resendVerification(ctx: Context, { email }: EmailOnly): Promise<void> {
  await takeLimit(ctx, 'sendMail', 'verify-email', email)
  await queueVerificationMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
