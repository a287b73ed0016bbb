import type { JobContext } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { mailCause } from '../accounts/mail-cause'
import type { JobOutcome } from '../jobs/contract'
import { deliverMail } from '../notifications/deliver-mail'
import { sealValues } from '../notifications/seal-values'
import { findReadyExport, issueExportToken } from './delivery-queries'

/** Mails the link that fetches somebody's archive: its only way out of here. */
export const sendExportMail = (ctx: JobContext, { exportId }: { exportId: string }): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const [ready] = await findReadyExport(ctx.db, { exportId, now: ctx.clock.now() })
    if (!ready) return
    const token = newToken(ctx)
    await issueExportToken(ctx.db, {
      ...(await sealValues(ctx, 'data-export-ready', ready.locale, {
        ...mailCause(ctx),
        name: ready.name ?? '',
        token,
        link: `${ctx.config.PAGES_URL}/collect-export#token=${token}`,
        until: ready.expiresAt.toISOString(),
      })),
      exportId,
      recipient: ready.email,
      tokenHash: await hashToken(token),
      now: ctx.clock.now(),
    })
  })
