import type { JobContext } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import type { JobOutcome } from '../jobs/contract'
import { deliverMail } from '../notifications/deliver-mail'
import type { MessageValues } from '../notifications/seal-values'
import { addSeconds } from '../sessions/new-session'
import { issueToken, type TokenPurpose } from './token-queries'

export interface TokenMail {
  purpose: TokenPurpose
  userId: string
  /** Where the mail goes: the token works only for this address. */
  email: string
  /** Where the link leads, under PAGES_URL. */
  path: string
  lifeSeconds: number
  codeHash?: string
  /** The session that asked. */
  sessionId?: string
  /** Seals what the template needs, the link and the token among it. */
  sealMail: (secrets: { link: string; token: string }) => Promise<MessageValues>
}

/**
 * Issues a token and mails it: its only way out of here. The one before of its purpose is void from then on. A job that
 * is tried again sends the token it issued at first. `describe` gives nothing when there is nobody to write to.
 */
export const issueTokenMail = (ctx: JobContext, describe: () => Promise<TokenMail | undefined>): Promise<JobOutcome> =>
  deliverMail(ctx, async () => {
    const mail = await describe()
    if (!mail) return
    const event = eventValues(ctx)
    const token = newToken(ctx)
    // The token is behind the #, so that neither a server's log nor a Referer ever sees it.
    const link = `${ctx.config.PAGES_URL}${mail.path}#token=${token}`
    await issueToken(ctx.db, {
      ...event,
      ...(await mail.sealMail({ link, token })),
      tokenId: ctx.ids.next(),
      userId: mail.userId,
      purpose: mail.purpose,
      email: mail.email,
      tokenHash: await hashToken(token),
      codeHash: mail.codeHash ?? null,
      sessionId: mail.sessionId ?? null,
      expiresAt: addSeconds(event.now, mail.lifeSeconds),
    })
  })
