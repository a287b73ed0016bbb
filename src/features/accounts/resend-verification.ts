import type { Context } from '#core/context'
import { takeLimit } from '#core/limits'
import type { EmailOnly } from './contract'
import { findLogInCandidate } from './queries'
import { sendVerificationMail } from './send-verification-mail'

/** Mails a new verification link if the address has an account that needs one; the caller can't tell. Throws `rate-limited`. */
export async function resendVerification(ctx: Context, { email }: EmailOnly): Promise<void> {
  await takeLimit(ctx, 'sendMail', email)
  const send = async () => {
    const [person] = await findLogInCandidate(ctx.db, { email })
    if (person) await sendVerificationMail(ctx, person.id)
  }
  ctx.background(send())
}
