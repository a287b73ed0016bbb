import type { JobContext } from '#core/context'
import type { JobOutcome, JobPayloads } from '../jobs/contract'
import { sealValues } from '../notifications/seal-values'
import { issueTokenMail } from './issue-token-mail'
import { mailCause } from './mail-cause'
import { findRecipientById } from './token-queries'

const lifeMinutes = 60

/** Tells an owner that failures locked their account, with a link that lifts the lock. */
export const sendLockoutMail = (
  ctx: JobContext,
  { userId, recipient }: JobPayloads['send-lockout-mail'],
): Promise<JobOutcome> =>
  issueTokenMail(ctx, async () => {
    const [person] = await findRecipientById(ctx.db, { userId })
    if (!person) return undefined
    return {
      purpose: 'unlock',
      userId,
      email: recipient,
      path: '/unlock',
      lifeSeconds: lifeMinutes * 60,
      sealMail: (secrets) =>
        sealValues(ctx, 'account-locked', person.locale, {
          ...mailCause(ctx),
          ...secrets,
          name: person.name ?? '',
          minutes: String(lifeMinutes),
        }),
    }
  })
