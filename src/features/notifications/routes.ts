import type { Context } from 'hono'
import { malformedRequest, notFound, payloadTooLarge, unsupportedMediaType } from '#core/problems'
import { describe } from '#http/describe'
import { respondWithPage } from '#http/page'
import { type AppEnv, createRouter } from '#http/router'
import { validate } from '#http/validate'
import { Mailbox, MailboxQuery, MailPreview, MailTemplateList, MailTemplateQuery } from './contract'
import { listMailTemplates } from './list-mail-templates'
import { listMailbox } from './list-mailbox'
import { mailboxPage } from './mailbox-page'
import { previewMail } from './preview-mail'
import { invalidWebhookSignature } from './problems'
import { recordBounce } from './record-bounce'
import { templatePage } from './template-page'

const wantsPage = (c: Context<AppEnv>): boolean => {
  c.header('vary', 'accept')
  return c.req.header('accept')?.includes('text/html') ?? false
}

export const mailbox = createRouter()
  .get(
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
      const kept = await listMailbox(c.get('ctx'), c.req.valid('query'))
      return wantsPage(c) ? respondWithPage(c, mailboxPage(kept)) : c.json(kept, 200)
    },
  )
  .get(
    '/mailbox/templates',
    describe({
      summary: 'What Postern mails',
      description: 'Not in production. A page for people when HTML is asked for; with `template`, that mail.',
      caller: 'anyone',
      answers: {
        200: { description: 'The mails, or one of them.', schema: MailTemplateList.or(MailPreview) },
      },
      problems: [notFound],
    }),
    validate('query', MailTemplateQuery),
    async (c) => {
      const { template, locale = 'en' } = c.req.valid('query')
      if (wantsPage(c)) {
        const { items } = await listMailTemplates(c.get('ctx'), { template, locale })
        const previews = await Promise.all(items.map((item) => previewMail(c.get('ctx'), item)))
        return respondWithPage(c, templatePage(previews))
      }
      if (template) return c.json(await previewMail(c.get('ctx'), { template, locale }), 200)
      return c.json(await listMailTemplates(c.get('ctx'), c.req.valid('query')), 200)
    },
  )

export const webhooks = createRouter().post(
  '/webhooks/resend',
  describe({
    summary: 'Resend’s webhook',
    description:
      'For Resend alone, which signs each call (Svix): where its events `email.bounced`, `email.complained` and `email.suppressed` belong. Absent without RESEND_WEBHOOK_SECRET.',
    caller: 'anyone',
    answers: { 204: { description: 'Noted; so are events that mean nothing to us.' } },
    problems: [notFound, invalidWebhookSignature, malformedRequest, payloadTooLarge, unsupportedMediaType],
  }),
  async (c) => {
    await recordBounce(c.get('ctx'), {
      id: c.req.header('svix-id') ?? '',
      timestamp: c.req.header('svix-timestamp') ?? '',
      signatures: c.req.header('svix-signature') ?? '',
      body: await c.req.text(),
    })
    return c.body(null, 204)
  },
)
