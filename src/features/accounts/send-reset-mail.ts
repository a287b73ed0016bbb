import type { JobContext } from '#core/context'
import type { JobOutcome } from '../jobs/contract'
import { sealValues } from '../notifications/seal-values'
import { issueTokenMail } from './issue-token-mail'
import { mailCause } from './mail-cause'
import { findRecipientByEmail } from './token-queries'

const lifeMinutes = 60

/** Mails the link that sets a password, to anybody with an account; an address that is not proved is proved by it. */
export const sendResetMail = (ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> =>
  issueTokenMail(ctx, async () => {
    const [person] = await findRecipientByEmail(ctx.db, { email })
    if (!person) return undefined
    return {
      purpose: 'reset-password',
      userId: person.id,
      email,
      path: '/reset-password',
      lifeSeconds: lifeMinutes * 60,
      sealMail: (secrets) =>
        sealValues(ctx, 'reset-password', person.locale, {
          ...mailCause(ctx),
          ...secrets,
          name: person.name ?? '',
          minutes: String(lifeMinutes),
        }),
    }
  })
