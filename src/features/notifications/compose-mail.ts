import type { JobContext } from '#core/context'
import { insertMessage } from './message-queries'
import { sealValues } from './seal-values'
import type { MailTemplate, MailValues } from './templates/mail-values'

/** Keeps a mail that brings its reader nothing secret, for `deliverMail`. */
export async function composeMail<Template extends MailTemplate>(
  ctx: JobContext,
  to: { userId: string; recipient: string; locale: string | null },
  template: Template,
  values: MailValues[Template],
): Promise<void> {
  await insertMessage(ctx.db, {
    ...(await sealValues(ctx, template, to.locale, values)),
    userId: to.userId,
    recipient: to.recipient,
    now: ctx.clock.now(),
  })
}
