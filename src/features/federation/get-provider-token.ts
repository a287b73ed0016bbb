import { type Context, requireUser } from '#core/context'
import { notFound } from '#core/problems'
import { addSeconds } from '../sessions/new-session'
import type { ProviderToken } from './contract'
import { providerTokenExpired } from './problems'
import { openTokens } from './provider-tokens'
import { refreshTokens } from './refresh-tokens'
import { findOwnTokens, type KeptTokens } from './token-queries'

/** Shorter than this a token is of no use to whoever asks for it. */
const leastSeconds = 60

const readLiving = async (ctx: Context, kept: KeptTokens) => {
  const { tokensExpireAt: expiresAt, isRefreshable } = kept
  const now = ctx.clock.now()
  const isEnding = expiresAt !== null && expiresAt <= addSeconds(now, leastSeconds)
  if (isEnding && isRefreshable) return refreshTokens(ctx, kept)
  return expiresAt !== null && expiresAt <= now ? undefined : openTokens(ctx, kept, kept.sealedTokens)
}

/**
 * The access token that a provider gave for the caller, for their own program to call its API with; refreshed if it is about
 * to end. Throws `unauthenticated`, `not-found`, `provider-unavailable`, `provider-token-expired`.
 */
export async function getProviderToken(ctx: Context, { id }: { id: string }): Promise<ProviderToken> {
  const { userId, sessionId } = requireUser(ctx)
  const [kept] = await findOwnTokens(ctx.db, { userId, sessionId, id, now: ctx.clock.now() })
  if (!kept) throw notFound()
  const tokens = await readLiving(ctx, kept)
  if (!tokens) throw providerTokenExpired()
  return { provider: kept.provider, accessToken: tokens.accessToken }
}
