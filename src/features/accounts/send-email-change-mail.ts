import type { JobContext } from '#core/context'
import type { JobOutcome, JobPayloads } from '../jobs/contract'
import { sealValues } from '../notifications/seal-values'
import { issueTokenMail } from './issue-token-mail'
import { mailCause } from './mail-cause'
import { sendAlreadyRegisteredMail } from './send-already-registered-mail'
import { findRecipientByEmail, findRecipientById } from './token-queries'

const lifeHours = 24

/** Mails the link that confirms a new address to that address; if it has an account, its owner hears of the attempt. */
export async function sendEmailChangeMail(
  ctx: JobContext,
  { userId, newEmail, sessionId }: JobPayloads['send-email-change-mail'],
): Promise<JobOutcome> {
  const [holder] = await findRecipientByEmail(ctx.db, { email: newEmail })
  if (holder && holder.id !== userId) return sendAlreadyRegisteredMail(ctx, { email: newEmail })
  return issueTokenMail(ctx, async () => {
    const [person] = await findRecipientById(ctx.db, { userId })
    if (!person) return undefined
    return {
      purpose: 'change-email',
      userId,
      email: newEmail,
      path: '/confirm-email',
      lifeSeconds: lifeHours * 3600,
      sessionId,
      sealMail: (secrets) =>
        sealValues(ctx, 'confirm-email', person.locale, {
          ...mailCause(ctx),
          ...secrets,
          name: person.name ?? '',
          newEmail,
          hours: String(lifeHours),
        }),
    }
  })
}
