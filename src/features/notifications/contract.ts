import * as z from 'zod'

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
