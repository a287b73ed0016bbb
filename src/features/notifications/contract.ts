import * as z from 'zod'
import { mailLocales, mailTemplates } from './templates/mail-values'

export const MailboxQuery = z.strictObject({
  to: z.string().max(254).optional().meta({ description: 'Only mails to this address.' }),
})
export type MailboxQuery = z.output<typeof MailboxQuery>

export const MailboxMessage = z
  .object({
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    template: z.string(),
    data: z.record(z.string(), z.string()),
    sentAt: z.iso.datetime(),
  })
  .meta({ id: 'MailboxMessage' })
export type MailboxMessage = z.output<typeof MailboxMessage>

export const Mailbox = z.object({ items: z.array(MailboxMessage) }).meta({ id: 'Mailbox' })
export type Mailbox = z.output<typeof Mailbox>

export const MailTemplateQuery = z.strictObject({
  template: z.enum(mailTemplates).optional().meta({ description: 'Only this one, and written out.' }),
  locale: z.enum(mailLocales).optional().meta({ description: 'The language of a mail, `en` unless said.' }),
})
export type MailTemplateQuery = z.output<typeof MailTemplateQuery>

export const MailTemplateItem = z
  .object({ template: z.enum(mailTemplates), locale: z.enum(mailLocales) })
  .meta({ id: 'MailTemplateItem' })
export type MailTemplateItem = z.output<typeof MailTemplateItem>

export const MailTemplateList = z.object({ items: z.array(MailTemplateItem) }).meta({ id: 'MailTemplateList' })
export type MailTemplateList = z.output<typeof MailTemplateList>

export const MailPreview = z
  .object({ ...MailTemplateItem.shape, subject: z.string(), text: z.string(), html: z.string() })
  .meta({ id: 'MailPreview' })
export type MailPreview = z.output<typeof MailPreview>

/** A call of a provider's webhook as it came: its signature is over the very text of the body. */
export interface WebhookCall {
  id: string
  timestamp: string
  signatures: string
  body: string
}

const ReportedMail = z.object({ email_id: z.string().min(1), to: z.array(z.string()) })

/** What the provider tells of a mail that did not arrive, or was not wanted. It may add fields at any time. */
export const MailReport = z.union([
  z.object({
    type: z.literal('email.bounced'),
    data: ReportedMail.extend({ bounce: z.object({ type: z.string() }) }),
  }),
  z.object({ type: z.literal('email.complained'), data: ReportedMail }),
  z.object({ type: z.literal('email.suppressed'), data: ReportedMail }),
])
export type MailReport = z.output<typeof MailReport>
