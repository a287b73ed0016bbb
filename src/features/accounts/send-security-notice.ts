import type { JobContext } from '#core/context'
import { nameProvider } from '../federation/name-provider'
import type { JobOutcome, JobPayloads } from '../jobs/contract'
import { composeMail } from '../notifications/compose-mail'
import { deliverMail } from '../notifications/deliver-mail'
import { mailCause } from './mail-cause'
import { findRecipientById } from './token-queries'

/** Asks a person: was this you? */
export const sendSecurityNotice = (
  ctx: JobContext,
  { userId, notice, recipient, newEmail, detail }: JobPayloads['send-security-notice'],
): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const [person] = await findRecipientById(ctx.db, { userId })
    if (!person) return
    const to = { userId, recipient, locale: person.locale }
    const values = { ...mailCause(ctx), name: person.name ?? '' }
    switch (notice) {
      case 'email-change-requested':
      case 'email-changed':
        return composeMail(ctx, to, notice, { ...values, newEmail: newEmail ?? '' })
      case 'totp-added':
      case 'totp-removed':
      case 'passkey-added':
      case 'passkey-removed':
      case 'recovery-code-used':
      case 'impersonated':
        return composeMail(ctx, to, notice, { ...values, detail: detail ?? '' })
      case 'identity-linked':
      case 'identity-unlinked':
        return composeMail(ctx, to, notice, { ...values, detail: nameProvider(ctx.config, detail ?? '') })
      default:
        return composeMail(ctx, to, notice, values)
    }
  })
