import { requireCaptcha } from '#core/captcha'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import type { MailRequest } from './contract'
import { queueResetMail } from './mail-queries'

/**
 * Mails a reset link if the address has an account, with or without a password; the caller can't tell.
 * Throws `rate-limited`, `captcha-required`, `captcha-unavailable`, `limits-unavailable`.
 */
export async function requestPasswordReset(ctx: Context, { email, captchaToken }: MailRequest): Promise<void> {
  await requireCaptcha(ctx, captchaToken)
  await admit(ctx, ['sendMail', 'reset-password', email])
  await queueResetMail(ctx.db, { ...eventValues(ctx), jobId: ctx.ids.next(), email })
  ctx.pokeJobs()
}
