import type { TokenEndpointResponse } from 'oauth4webapi'
import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { openSealed, seal } from '#core/secrets'

/** Whose tokens they are, at which provider. */
interface Holder {
  provider: string
  subject: string
}

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string().nullable() })
export type ProviderTokens = z.output<typeof Tokens>

const bound = ({ provider, subject }: Holder) => `identity/${provider}/${subject}`

/** Seals what a provider gave; a refresh that brings no new refresh token leaves the one before. */
export const sealTokens = (
  ctx: CoreContext,
  holder: Holder,
  { access_token: accessToken, refresh_token }: TokenEndpointResponse,
  before: ProviderTokens['refreshToken'] = null,
): Promise<string> => {
  const tokens: ProviderTokens = { accessToken, refreshToken: refresh_token ?? before }
  return seal(ctx, 'provider-tokens-seal', bound(holder), JSON.stringify(tokens))
}

/** Opens what `sealTokens` sealed. */
export const openTokens = async (ctx: CoreContext, holder: Holder, sealed: string): Promise<ProviderTokens> =>
  Tokens.parse(JSON.parse(await openSealed(ctx, 'provider-tokens-seal', bound(holder), sealed)))
