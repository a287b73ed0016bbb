import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { invalidFields, sessionRevoked } from '#core/problems'
import { recentSeconds } from '#core/user-authentication'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { addSeconds } from '../sessions/new-session'
import type { EmailChange } from './contract'
import { requestEmailChange } from './email-change-queries'

/**
 * Mails a link to the address that the caller's account is to have, and tells the address it has. Nothing changes until
 * the link is used, and the answer never tells whether somebody has the address. The caller must have shown a moment ago
 * that it is them, since whoever has the address can have a password set.
 * Throws `insufficient-user-authentication`, `invalid-request` for the address it has, `session-revoked`, `rate-limited`.
 */
export async function changeEmail(ctx: Context, { newEmail }: EmailChange): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  await admit(ctx, ['changeEmail', userId], ['sendMail', 'change-email', newEmail])
  const freshAfter = addSeconds(ctx.clock.now(), -recentSeconds)
  const ids = { jobId: ctx.ids.next(), noticeJobId: ctx.ids.next() }
  const [asked] = await requestEmailChange(ctx.db, {
    ...eventValues(ctx),
    ...ids,
    userId,
    sessionId,
    freshAfter,
    newEmail,
  })
  if (!asked) {
    await requirePrivileged(ctx)
    throw sessionRevoked()
  }
  if (asked.isSame) {
    const message = 'This is the address of your account already.'
    throw invalidFields([{ pointer: '/newEmail', code: 'email_unchanged', message }])
  }
  ctx.pokeJobs()
}
