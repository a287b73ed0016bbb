import type { JobContext } from '#core/context'
import type { JobOutcome } from '../jobs/contract'
import { sendAlreadyRegisteredMail } from './send-already-registered-mail'
import { sendVerificationMail } from './send-verification-mail'
import { findRecipientByEmail } from './token-queries'

/** Answers a registration by mail: with the link to who has to prove the address, with a word to who proved it before. */
export async function sendRegistrationMail(ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> {
  const [person] = await findRecipientByEmail(ctx.db, { email })
  return person?.emailVerifiedAt ? sendAlreadyRegisteredMail(ctx, { email }) : sendVerificationMail(ctx, { email })
}
