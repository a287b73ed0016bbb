import type { JobContext } from '#core/context'
import type { JobOutcome } from '../jobs/contract'
import { sealValues } from '../notifications/seal-values'
import { issueTokenMail } from './issue-token-mail'
import { mailCause } from './mail-cause'
import { findRecipientByEmail } from './token-queries'

const lifeHours = 24

/** Mails the link that proves an address, unless there is no account or it is proved already. */
export const sendVerificationMail = (ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> =>
  issueTokenMail(ctx, async () => {
    const [person] = await findRecipientByEmail(ctx.db, { email })
    if (!person || person.emailVerifiedAt) return undefined
    return {
      purpose: 'verify-email',
      userId: person.id,
      email,
      path: '/verify-email',
      lifeSeconds: lifeHours * 3600,
      sealMail: (secrets) =>
        sealValues(ctx, 'verify-email', person.locale, {
          ...mailCause(ctx),
          ...secrets,
          name: person.name ?? '',
          hours: String(lifeHours),
        }),
    }
  })
