import * as z from 'zod'
import type { Context } from '#core/context'
import { malformedRequest, notFound } from '#core/problems'
import { lowerAscii } from '#core/text'
import { eventValues } from '../audit/event-values'
import { MailReport, type WebhookCall } from './contract'
import { recordBouncedAddress } from './queries'
import { verifyWebhook } from './verify-webhook'

const AnyEvent = z.looseObject({ type: z.string() })
const reportTypes = new Set<string>(MailReport.options.map(({ shape }) => shape.type.value))

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The report in a call; undefined when the provider speaks of something else. */
const readReport = (body: string): MailReport | undefined => {
  const event = AnyEvent.safeParse(parseJson(body))
  if (event.success && !reportTypes.has(event.data.type)) return undefined
  const report = MailReport.safeParse(event.data)
  // Not taken for done: the provider tries again and tells its customer, so a new format does not pass unseen.
  if (!report.success) throw malformedRequest()
  return report.data
}

/** Why nothing more may go to the address; undefined when it may, as after a full mailbox. */
const reasonOf = (report: MailReport) => {
  if (report.type === 'email.complained') return 'complained'
  if (report.type === 'email.suppressed') return 'rejected'
  return report.data.bounce.type === 'Permanent' ? 'bounced' : undefined
}

/** The one spelling in which we keep addresses: trimmed, ASCII letters in lower case. */
const toStoredSpelling = (address: string) => lowerAscii(address.trim())

/**
 * Notes what the mail provider tells by its webhook: an address that mail comes back from for good gets no more, and
 * the mail counts as failed. Once, however often it is told. Throws `not-found` where no secret is configured,
 * `invalid-webhook-signature`, and `malformed-request` for a report that can't be read.
 */
export async function recordBounce(ctx: Context, call: WebhookCall): Promise<void> {
  const secret = ctx.config.RESEND_WEBHOOK_SECRET
  if (secret === undefined) throw notFound()
  await verifyWebhook(ctx, secret, call)
  const report = readReport(call.body)
  const reason = report && reasonOf(report)
  if (!report || !reason) return
  const asProvider: Context = { ...ctx, actor: { kind: 'system', job: 'resend webhook' } }
  for (const address of report.data.to) {
    await recordBouncedAddress(ctx.db, {
      ...eventValues(asProvider),
      email: toStoredSpelling(address),
      reason,
      providerId: report.data.email_id,
    })
  }
}
