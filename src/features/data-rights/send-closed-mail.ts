import type { JobContext } from '#core/context'
import { mailCause } from '../accounts/mail-cause'
import type { JobOutcome } from '../jobs/contract'
import { composeMail } from '../notifications/compose-mail'
import { deliverMail } from '../notifications/deliver-mail'
import { findClosedAccount } from './erasure-queries'
import { writeCancellation } from './erasure-tokens'

/** Tells who closed their account how to take that back, and until when: at the closing, and when somebody registers with the address. */
export const sendClosedMail = (ctx: JobContext, { userId }: { userId: string }): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const [closed] = await findClosedAccount(ctx.db, { userId })
    if (!closed) return
    const token = await writeCancellation(ctx, closed.erasureId)
    await composeMail(ctx, { userId, recipient: closed.email, locale: closed.locale }, 'account-closed', {
      ...mailCause(ctx),
      name: closed.name ?? '',
      token,
      link: `${ctx.config.PAGES_URL}/cancel-erasure#token=${token}`,
      until: closed.dueAt.toISOString(),
    })
  })
