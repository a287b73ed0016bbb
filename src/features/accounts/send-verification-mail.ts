import type { Context } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { verifyEmailMail } from '../notifications/templates/verify-email'
import { addSeconds } from '../sessions/new-session'
import { issueVerificationToken } from './queries'

const tokenSeconds = 24 * 3600

/**
 * Issues the token that proves a person's address and mails it: its only way out of here. Nothing happens when the
 * address is proved already. It is given only an id, so that whatever queues it never holds a secret.
 */
export async function sendVerificationMail(ctx: Context, userId: string): Promise<void> {
  const event = eventValues({ ...ctx, actor: { kind: 'system', job: 'send-verification-mail' } })
  const token = newToken(ctx)
  const tokenId = ctx.ids.next()
  const [issued] = await issueVerificationToken(ctx.db, {
    ...event,
    userId,
    tokenId,
    tokenHash: await hashToken(token),
    expiresAt: addSeconds(event.now, tokenSeconds),
  })
  if (!issued) return
  // The token is behind the #, so that neither a server's log nor a Referer ever sees it.
  const link = `${ctx.config.BASE_URL}/verify-email#token=${token}`
  await ctx.mailer.send(verifyEmailMail({ to: issued.email, name: issued.name ?? '', link, token }), tokenId)
}
