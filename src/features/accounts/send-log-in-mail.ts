import type { JobContext } from '#core/context'
import type { JobOutcome } from '../jobs/contract'
import { sealValues } from '../notifications/seal-values'
import { hashCode, newCode } from './email-code'
import { issueTokenMail } from './issue-token-mail'
import { mailCause } from './mail-cause'
import { findRecipientByEmail } from './token-queries'

const lifeMinutes = 15

/** Mails a link and six digits that log in, to anybody with an account. */
export const sendLogInMail = (ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> =>
  issueTokenMail(ctx, async () => {
    const [person] = await findRecipientByEmail(ctx.db, { email })
    if (!person) return undefined
    const code = newCode(ctx)
    return {
      purpose: 'log-in',
      userId: person.id,
      email,
      path: '/log-in',
      lifeSeconds: lifeMinutes * 60,
      codeHash: await hashCode(ctx, email, code),
      sealMail: (secrets) =>
        sealValues(ctx, 'log-in', person.locale, {
          ...mailCause(ctx),
          ...secrets,
          code,
          name: person.name ?? '',
          minutes: String(lifeMinutes),
        }),
    }
  })
