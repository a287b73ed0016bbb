import type { JobContext } from '#core/context'
import { seal } from '#core/secrets'
import { chooseMailLocale, type MailTemplate, type MailValues } from './templates/mail-values'

/** What a statement with a `queueMessage` in it needs. */
export type MessageValues = {
  messageId: string
  template: string
  locale: string
  /** What goes into the template, sealed. */
  sealedValues: string
}

/** What is kept of a mail until it is sent: nobody without SECRET reads the links in it. */
export async function sealValues<Template extends MailTemplate>(
  ctx: JobContext,
  template: Template,
  locale: string | null,
  values: MailValues[Template],
): Promise<MessageValues> {
  return {
    messageId: ctx.job.id,
    template,
    locale: chooseMailLocale(locale),
    sealedValues: await seal(ctx, 'message-seal', ctx.job.id, JSON.stringify(values)),
  }
}
