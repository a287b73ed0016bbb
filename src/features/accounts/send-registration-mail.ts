import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { queueClosedMail } from './mail-queries'
import { sendAlreadyRegisteredMail } from './send-already-registered-mail'
import { sendVerificationMail } from './send-verification-mail'
import { findRecipientByEmail } from './token-queries'

/**
 * Answers a registration by mail: with the link to who has to prove the address, with a word to who proved it before, and
 * to who closed their account with the link that takes that back.
 */
export async function sendRegistrationMail(ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> {
  const [person] = await findRecipientByEmail(ctx.db, { email })
  if (person?.closedAt) {
    const values = { ...eventValues(ctx), jobId: ctx.ids.next(), userId: person.id, cause: ctx.job.id }
    await queueClosedMail(ctx.db, values)
    return completed
  }
  return person?.emailVerifiedAt ? sendAlreadyRegisteredMail(ctx, { email }) : sendVerificationMail(ctx, { email })
}
