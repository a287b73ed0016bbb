import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  type TokenEndpointResponse,
  userInfoRequest,
  validateAuthResponse,
} from 'oauth4webapi'
import * as z from 'zod'
import type { Context } from '#core/context'
import { callProvider } from './call-provider'
import { checkProviderToken } from './check-provider-token'
import { callbackOf, clientAuthentication } from './client-authentication'
import { discover, type ProviderServer } from './discover'
import type { ConfiguredProvider } from './find-provider'
import { flowSecrets } from './flow-secrets'
import { issuingServer } from './issuing-server'
import type { Claims, OAuthProvider, OpenIdProvider, Provider } from './providers/provider'

/** What a provider said of somebody, and the tokens that it gave for them. */
export interface FetchedIdentity extends Claims {
  issuer: string
  /** None where an app brought an id_token. */
  tokens: TokenEndpointResponse | undefined
}

/** Claims that a provider may leave out, or fill with something else. */
const StandardClaims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().nullish().catch(null),
  email_verified: z.unknown().optional(),
  name: z.string().nullish().catch(null),
  picture: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .catch(null),
  locale: z.string().nullish().catch(null),
})

const readStandardClaims = (claims: unknown): Claims => {
  const { sub, email, email_verified, name, picture, locale } = StandardClaims.parse(claims)
  return {
    subject: sub,
    email: email ?? null,
    isEmailProved: email_verified === true,
    name: name ?? null,
    picture: picture ?? null,
    locale: locale ?? null,
  }
}

/** What a provider's checked claims say. */
export const readClaims = (provider: Provider, claims: Readonly<Record<string, unknown>>): Claims => ({
  ...readStandardClaims(claims),
  ...(provider.kind === 'openid' && provider.readClaims?.(claims)),
})

/** Many providers say the address only there (OpenID Connect Core 1.0, section 5.3). */
const askUserInfo = async (
  issuing: AuthorizationServer,
  { client, options }: ProviderServer,
  { access_token: accessToken }: TokenEndpointResponse,
  subject = '',
): Promise<object> => {
  if (!issuing.userinfo_endpoint) return {}
  const response = await userInfoRequest(issuing, client, accessToken, options)
  const { email, email_verified, name, picture, locale } = await processUserInfoResponse(
    issuing,
    client,
    subject,
    response,
  )
  // The address and whether it is verified are of one source, or neither is taken.
  return { email, email_verified, name, picture, locale }
}

const readOpenId = async (
  ctx: Context,
  configured: ConfiguredProvider,
  provider: OpenIdProvider,
  found: ProviderServer,
  response: Response,
  nonce: string,
): Promise<FetchedIdentity> => {
  const { server, client } = found
  const issuing = await issuingServer(provider, server, response)
  const tokens = await processAuthorizationCodeResponse(issuing, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await checkProviderToken(ctx, configured, tokens.id_token ?? '', {
    audience: [client.client_id],
    required: ['sub', 'iat', 'exp', 'nonce'],
  })
  const idToken = { ...getValidatedIdTokenClaims(tokens) }
  const claims =
    'email' in idToken ? idToken : { ...idToken, ...(await askUserInfo(issuing, found, tokens, idToken.sub)) }
  return { ...readClaims(provider, claims), issuer: issuing.issuer, tokens }
}

const readOAuth = async (
  provider: OAuthProvider,
  { server, client }: ProviderServer,
  response: Response,
  ask: (url: string, accessToken: string) => Promise<unknown>,
): Promise<FetchedIdentity> => {
  const tokens = await processAuthorizationCodeResponse(server, client, response)
  const claims = await provider.fetchClaims((url) => ask(url, tokens.access_token))
  return { ...claims, issuer: server.issuer, tokens }
}

const askApi =
  (ctx: Context, provider: string) =>
  async (url: string, accessToken: string): Promise<unknown> => {
    const response = await callProvider(ctx, provider, url, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'user-agent': 'Postern' },
    })
    if (!response.ok) throw new Error(`The provider’s API answered ${response.status}.`)
    return response.json()
  }

/**
 * Exchanges what came back from a provider for who it was: `state` and `iss` (RFC 9207) as they must be, the code with the
 * flow's verifier, the id_token with its signature, issuer, audience, times and nonce. Throws whatever was not right.
 */
export async function fetchIdentity(
  ctx: Context,
  configured: ConfiguredProvider,
  returned: URLSearchParams,
  state: string,
): Promise<FetchedIdentity> {
  const { provider } = configured
  const { codeVerifier, nonce } = await flowSecrets(ctx, state)
  const found = await discover(ctx, configured)
  const { server, client, options } = found
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    clientAuthentication(configured, server),
    validateAuthResponse(server, client, returned, state),
    callbackOf(ctx.config.BASE_URL, configured),
    codeVerifier,
    options,
  )
  return provider.kind === 'openid'
    ? readOpenId(ctx, configured, provider, found, response, nonce)
    : readOAuth(provider, found, response, askApi(ctx, provider.id))
}
