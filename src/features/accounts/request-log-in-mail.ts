import { requireCaptcha } from '#core/captcha'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { MailRequest } from './contract'
import { queueLogInMail } from './mail-queries'

/**
 * Mails a link and a code that log in, if the address has an account; the caller can't tell.
 * Throws `rate-limited`, `captcha-required`, `captcha-unavailable`, `limits-unavailable`.
 */
export async function requestLogInMail(ctx: Context, { email, captchaToken }: MailRequest): Promise<void> {
  await requireCaptcha(ctx, captchaToken)
  await admit(ctx, ['sendMail', 'log-in', email])
  await queueLogInMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
