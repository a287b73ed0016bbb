import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import { checkProviderToken } from './check-provider-token'
import type { ProviderParams } from './contract'
import { findProvider } from './find-provider'
import { endSessionsOfIdentity } from './log-out-queries'
import { invalidLogOutToken } from './problems'

/** OpenID Connect Back-Channel Logout 1.0, section 2.4. */
const logOutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** How much longer than a token its id is remembered: more than clocks may be apart. */
const rememberedSeconds = 3600

const namesEvent = (events: unknown) => typeof events === 'object' && events !== null && logOutEvent in events

/**
 * Ends the sessions that were opened at a provider, when it says that somebody logged out there (OpenID Connect
 * Back-Channel Logout 1.0). A token counts once. Throws `not-found`, `invalid-log-out-token`,
 * `provider-unavailable`.
 */
export async function endProviderSessions(
  ctx: Context,
  { provider, logOutToken }: ProviderParams & { logOutToken: string },
): Promise<void> {
  const configured = findProvider(ctx.config, provider)
  const claims = await checkProviderToken(ctx, configured, logOutToken, {
    audience: [configured.settings.clientId],
    required: ['iat', 'exp', 'jti', 'events', 'sub'],
  }).catch((cause: unknown) => {
    throw cause instanceof Problem ? cause : invalidLogOutToken({ cause })
  })
  if (!namesEvent(claims.events) || 'nonce' in claims || !claims.sub) throw invalidLogOutToken()
  await endSessionsOfIdentity(ctx.db, {
    ...eventValues(ctx),
    provider,
    issuer: claims.iss,
    subject: claims.sub,
    nonceHash: await hashToken(`log-out:${provider}:${claims.jti}`),
    expiresAt: addSeconds(new Date(Number(claims.exp) * 1000), rememberedSeconds),
  })
}
