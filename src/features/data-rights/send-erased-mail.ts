import type { JobContext } from '#core/context'
import type { MailOutcome } from '#core/platform'
import { renderMail } from '../notifications/templates/render-mail'
import type { ErasureRow } from './contract'
import { noteErased } from './erasing-queries'
import { receiptUrl } from './erasure-tokens'
import type { PersonFacts } from './person-queries'

const none: MailOutcome = { state: 'sent', providerId: null }

/**
 * Tells the owner of an account that it is erased, and where the receipt is. No message is kept of it. A provider that is
 * away holds the erasure up for a while, one that refuses the mail does not.
 */
export async function sendErasedMail(ctx: JobContext, erasure: ErasureRow, facts: PersonFacts): Promise<MailOutcome> {
  if (facts.hasBounced || 'mails' in erasure.counts) return none
  const mail = renderMail({
    template: 'account-erased',
    locale: facts.locale ?? '',
    to: facts.email,
    values: {
      browser: '',
      ipAddress: '',
      requestedAt: erasure.requestedAt.toISOString(),
      name: facts.name ?? '',
      link: await receiptUrl(ctx, erasure.id),
    },
  })
  const outcome = await ctx.mailer.send(mail, erasure.id)
  if (outcome.state === 'sent') await noteErased(ctx.db, { erasureId: erasure.id, part: 'mails', count: 1 })
  return outcome
}
