import type { JobContext } from '#core/context'
import { noteOutage } from '#core/outages'
import type { MailOutcome } from '#core/platform'
import { openSealed } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { findMessage, type MessageRow, markMessageFailed, markMessageSent, noteFailedAttempt } from './message-queries'
import { renderStoredMail } from './templates/render-stored-mail'

/** What breaks before the provider is asked, such as a seal of a SECRET that is gone, counts as a failed try too. */
const trySending = async (ctx: JobContext, message: MessageRow): Promise<MailOutcome> => {
  try {
    const values = await openSealed(ctx, 'message-seal', ctx.job.id, message.sealedValues ?? '')
    const outcome = await ctx.mailer.send(renderStoredMail({ ...message, values }), ctx.job.id)
    ctx.telemetry.meter.add('mail_total', { outcome: outcome.state })
    if (outcome.state === 'deferred') noteOutage(ctx, 'mail', 'queued')
    return outcome
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'Something was thrown that is no error.'
    return { state: 'deferred', reason, retryAfterSeconds: null }
  }
}

const send = async (ctx: JobContext, message: MessageRow): Promise<JobOutcome> => {
  const messageId = ctx.job.id
  const giveUp = async (reason: string, isRecipientInvalid: boolean): Promise<JobOutcome> => {
    await markMessageFailed(ctx.db, { ...eventValues(ctx), messageId, reason, isRecipientInvalid })
    return { state: 'rejected', reason }
  }
  if (message.hasBounced) {
    await giveUp('Mail to this address came back before.', false)
    return completed
  }
  const outcome = await trySending(ctx, message)
  if (outcome.state === 'rejected') return giveUp(outcome.reason, outcome.isRecipientInvalid)
  if (outcome.state === 'deferred') {
    if (ctx.job.isLastTry) return giveUp(outcome.reason, false)
    await noteFailedAttempt(ctx.db, { messageId, reason: outcome.reason })
    return outcome
  }
  await markMessageSent(ctx.db, { messageId, now: ctx.clock.now(), providerId: outcome.providerId })
  return completed
}

const carryOn = async (ctx: JobContext, message: MessageRow): Promise<JobOutcome> => {
  if (message.state === 'queued') return send(ctx, message)
  return message.state === 'sent' ? completed : { state: 'rejected', reason: message.failure ?? '' }
}

/**
 * Sends the mail of a job, once for all of its tries. What a dead process left half done is taken up where it stood: the
 * same mail goes out under the same idempotency key, and what was sent is not sent again.
 * @param compose keeps the mail by `queueMessage`, with the token it brings; nothing when there is nobody to write to
 */
export async function deliverMail(ctx: JobContext, compose: () => Promise<void>): Promise<JobOutcome> {
  const find = async () => (await findMessage(ctx.db, { messageId: ctx.job.id }))[0]
  const kept = await find()
  if (kept) return carryOn(ctx, kept)
  await compose()
  // Another worker may have been faster with the same job; its mail is the one.
  const composed = await find()
  return composed ? carryOn(ctx, composed) : completed
}
