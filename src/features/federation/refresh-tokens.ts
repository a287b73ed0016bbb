import { processRefreshTokenResponse, ResponseBodyError, refreshTokenGrantRequest } from 'oauth4webapi'
import * as z from 'zod'
import type { CoreContext } from '#core/context'
import type { ProviderCaller } from '#core/provider-settings'
import { addSeconds } from '../sessions/new-session'
import { clientAuthentication } from './client-authentication'
import { discover } from './discover'
import { findProvider } from './find-provider'
import { openTokens, type ProviderTokens, sealTokens } from './provider-tokens'
import { type KeptTokens, replaceTokens } from './token-queries'

/** Who it is was checked at the log-in, and may be said here by another issuer of the provider: it is not read. */
const withoutIdToken = async (response: Response): Promise<Response> => {
  if (!response.ok) return response
  const { id_token: _, ...rest } = z.looseObject({}).parse(await response.json())
  return Response.json(rest)
}

type Calling = CoreContext & { providers: ProviderCaller }

/**
 * Exchanges the refresh token of an identity for the next tokens, and keeps them. What the provider takes no more is not
 * tried again. @returns the tokens as they are now; none, if the provider gives no more. Throws `provider-unavailable`.
 */
export async function refreshTokens(ctx: Calling, kept: KeptTokens): Promise<ProviderTokens | undefined> {
  const tokens = await openTokens(ctx, kept, kept.sealedTokens)
  if (tokens.refreshToken === null) return undefined
  const configured = findProvider(ctx.config, kept.provider)
  const { server, client, options } = await discover(ctx, configured)
  const change = { id: kept.id, before: kept.sealedTokens }
  try {
    const authentication = clientAuthentication(configured, server)
    const response = await refreshTokenGrantRequest(server, client, authentication, tokens.refreshToken, options)
    const next = await processRefreshTokenResponse(server, client, await withoutIdToken(response))
    await replaceTokens(ctx.db, {
      ...change,
      sealedTokens: await sealTokens(ctx, kept, next, tokens.refreshToken),
      tokensExpireAt: next.expires_in === undefined ? null : addSeconds(ctx.clock.now(), next.expires_in),
      isRefreshable: true,
    })
    return { accessToken: next.access_token, refreshToken: next.refresh_token ?? tokens.refreshToken }
  } catch (error) {
    if (!(error instanceof ResponseBodyError)) throw error
    const { sealedTokens, tokensExpireAt } = kept
    await replaceTokens(ctx.db, { ...change, sealedTokens, tokensExpireAt, isRefreshable: false })
    return undefined
  }
}
