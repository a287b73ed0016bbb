import { requireCaptcha } from '#core/captcha'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { MailRequest } from './contract'
import { queueVerificationMail } from './mail-queries'

/**
 * Mails a new verification link if the address has an account that needs one; the caller can't tell.
 * Throws `rate-limited`, `captcha-required`, `captcha-unavailable`, `limits-unavailable`.
 */
export async function resendVerification(ctx: Context, { email, captchaToken }: MailRequest): Promise<void> {
  await requireCaptcha(ctx, captchaToken)
  await admit(ctx, ['sendMail', 'verify-email', email])
  await queueVerificationMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
