import type { JobContext } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { withinTenant } from '#db/tenant'
import type { JobOutcome, JobPayloads } from '../jobs/contract'
import { deliverMail } from '../notifications/deliver-mail'
import { sealValues } from '../notifications/seal-values'
import { findInvitationToMail, issueInvitationToken } from './invitation-queries'

/**
 * Mails the link of an invitation: its only way out of here. It says nothing of from where it was sent, since that is
 * somebody else than its reader.
 */
export const sendInvitationMail = (
  ctx: JobContext,
  { organizationId, invitationId }: JobPayloads['send-invitation-mail'],
): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const now = ctx.clock.now()
    const invitation = { organizationId, invitationId, now }
    const [invited] = await withinTenant(ctx.db, organizationId, (db) => findInvitationToMail(db, invitation))
    if (!invited) return
    const token = newToken(ctx)
    const kept = await sealValues(ctx, 'invitation', invited.locale, {
      name: invited.name ?? '',
      detail: invited.organizationName,
      token,
      link: `${ctx.config.PAGES_URL}/accept-invitation#token=${token}`,
      until: invited.expiresAt.toISOString(),
      requestedAt: ctx.job.causedAt.toISOString(),
    })
    const tokenHash = await hashToken(token)
    await withinTenant(ctx.db, organizationId, (db) => issueInvitationToken(db, { ...kept, ...invitation, tokenHash }))
  })
