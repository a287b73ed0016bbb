import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { EmailOnly } from './contract'
import { queueLogInMail } from './mail-queries'

/** Mails a link and a code that log in, if the address has an account; the caller can't tell. Throws `rate-limited`. */
export async function requestLogInMail(ctx: Context, { email }: EmailOnly): Promise<void> {
  await takeLimit(ctx, 'sendMail', 'log-in', email)
  await queueLogInMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
