import { notFound } from '#core/problems'
import { describe } from '#http/describe'
import { respondWithPage } from '#http/page'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { Mailbox, MailboxQuery } from './contract'
import { listMailbox } from './list-mailbox'
import { mailboxPage } from './mailbox-page'

export const mailbox = createRouter().get(
  '/mailbox',
  describe({
    summary: 'The development mailbox',
    description: 'Not in production. A page for people when HTML is asked for.',
    caller: 'anyone',
    answers: { 200: { description: 'The newest mails.', schema: Mailbox } },
    problems: [notFound],
  }),
  validate('query', MailboxQuery),
  async (c) => {
    const kept = await listMailbox(c.var.ctx, c.req.valid('query'))
    c.header('vary', 'accept')
    const isPerson = c.req.header('accept')?.includes('text/html')
    return isPerson ? respondWithPage(c, mailboxPage(kept)) : c.json(kept, 200)
  },
)
