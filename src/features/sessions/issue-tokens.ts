import type { Context } from '#core/context'
import type { User } from '../profiles/contract'
import { signAccessToken } from './access-token'
import type { SessionState, TokenSet } from './contract'
import { makeRefreshToken } from './refresh-token'

/** The tokens of a session as it stands: for one state of it always the same, but for the seconds that are left. */
export async function issueTokens(ctx: Context, session: SessionState, user: User): Promise<TokenSet> {
  const [{ accessToken, expiresIn }, refreshToken] = await Promise.all([
    signAccessToken(ctx, session),
    makeRefreshToken(ctx, session),
  ])
  return {
    tokenType: 'Bearer',
    accessToken,
    expiresIn,
    refreshToken,
    refreshExpiresIn: Math.round((session.expiresAt.getTime() - ctx.clock.now().getTime()) / 1000),
    sessionId: session.sessionId,
    user,
  }
}
