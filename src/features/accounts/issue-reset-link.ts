import type { CoreContext } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import { insertResetToken } from './reset-link-queries'

const lifeSeconds = 86_400

/**
 * Makes the link that sets a password of an account, once, within a day: for the operator, who hands it over. The one before
 * works no more.
 * @returns undefined when no account has the address, or no door is open to it
 */
export async function issueResetLink(ctx: CoreContext, email: string): Promise<string | undefined> {
  const event = eventValues(ctx)
  const token = newToken(ctx)
  const [issued] = await insertResetToken(ctx.db, {
    ...event,
    tokenId: ctx.ids.next(),
    email,
    tokenHash: await hashToken(token),
    expiresAt: addSeconds(event.now, lifeSeconds),
  })
  return issued && `${ctx.config.PAGES_URL}/reset-password#token=${token}`
}
