import type { Context } from '#core/context'
import { countOutcome } from '#core/outcomes'
import { secondFactorPolicy } from '../access/second-factor-policy'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from './contract'
import { issueTokens } from './issue-tokens'
import { addSeconds } from './new-session'
import { invalidRefreshToken } from './problems'
import { rotateSession } from './queries'
import { readRefreshToken } from './refresh-token'

const exchange = async (ctx: Context, refreshToken: string): Promise<TokenSet> => {
  const claims = await readRefreshToken(ctx, refreshToken)
  if (!claims) throw invalidRefreshToken()
  const event = eventValues(ctx)
  const [row] = await rotateSession(ctx.db, {
    ...event,
    ...claims,
    ...secondFactorPolicy(ctx.config),
    sessionExpiresAt: addSeconds(event.now, ctx.config.REFRESH_TOKEN_SECONDS),
  })
  if (row?.reused) ctx.telemetry.meter.add('auth_refresh_reuse_total', {})
  if (!row || row.reused) throw invalidRefreshToken()
  return issueTokens(ctx, row, toUser(ctx, row))
}

/**
 * Exchanges a refresh token for its successor. The current token, and for 30 s the one it replaced, give the same
 * successor to everyone; an older one is a stolen one, and ends the session (RFC 9700, section 4.14.2).
 * Throws `invalid-refresh-token`.
 */
export async function refresh(ctx: Context, refreshToken: string): Promise<TokenSet> {
  const { meter } = ctx.telemetry
  return countOutcome(
    (outcome) => meter.add('auth_refreshes_total', { outcome }),
    () => exchange(ctx, refreshToken),
  )
}
