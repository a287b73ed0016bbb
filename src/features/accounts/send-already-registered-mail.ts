import type { JobContext } from '#core/context'
import type { JobOutcome } from '../jobs/contract'
import { composeMail } from '../notifications/compose-mail'
import { deliverMail } from '../notifications/deliver-mail'
import { mailCause } from './mail-cause'
import { findRecipientByEmail } from './token-queries'

/** Tells the owner of an address that someone tried to register with it, or to move their account to it. */
export const sendAlreadyRegisteredMail = (ctx: JobContext, { email }: { email: string }): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const [person] = await findRecipientByEmail(ctx.db, { email })
    if (!person?.isOpen) return
    const to = { userId: person.id, recipient: email, locale: person.locale }
    await composeMail(ctx, to, 'already-registered', { ...mailCause(ctx), name: person.name ?? '' })
  })
