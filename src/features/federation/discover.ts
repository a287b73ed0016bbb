import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type CustomFetchOptions,
  clockSkew,
  clockTolerance,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'
import * as z from 'zod'
import type { Config } from '#core/config'
import type { CoreContext } from '#core/context'
import type { ProviderCaller } from '#core/provider-settings'
import { addSeconds } from '../sessions/new-session'
import { callProvider } from './call-provider'
import type { ConfiguredProvider } from './find-provider'

type Calling = Pick<CoreContext, 'config' | 'clock'> & { providers: ProviderCaller }

/** What every call to a provider is made with. */
export interface ProviderServer {
  server: AuthorizationServer
  client: Client
  options: {
    [customFetch]: (
      url: string,
      request: CustomFetchOptions<'GET' | 'POST', URLSearchParams | undefined>,
    ) => Promise<Response>
    [allowInsecureRequests]: boolean
  }
}

/** How far the clocks of a provider and ours may be apart. */
const toleranceSeconds = 60
const rememberedSeconds = 3600

interface Remembered {
  server: AuthorizationServer
  loadedAt: Date
}

/** One set for each configuration, that is for each process or isolate. */
const remembered = new WeakMap<Config, Map<string, Remembered>>()

/** Where there are issuers by the tenant, the document names none of them. */
const Document = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
})

const optionsFor = (ctx: Calling, { provider }: ConfiguredProvider): ProviderServer['options'] => ({
  [customFetch]: (url, { method, headers, body = null }) =>
    callProvider(ctx, provider.id, url, { method, headers, body }),
  // Only outside production can an issuer of the settings have such an address.
  [allowInsecureRequests]: provider.issuer.startsWith('http:'),
})

/** An id_token is signed by a key of the provider's own, not by the secret that we share. */
const withSignatures = (server: AuthorizationServer): AuthorizationServer => ({
  ...server,
  id_token_signing_alg_values_supported: (server.id_token_signing_alg_values_supported ?? ['RS256']).filter(
    (algorithm) => /^(RS|PS|ES)\d{3}$|^EdDSA$|^Ed25519$/.test(algorithm),
  ),
})

const askServer = async (ctx: Calling, configured: ConfiguredProvider): Promise<AuthorizationServer> => {
  const { provider } = configured
  if (provider.kind === 'oauth') {
    const { issuer, authorizationEndpoint, tokenEndpoint } = provider
    return { issuer, authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint }
  }
  const issuer = new URL(provider.issuer)
  const response = await discoveryRequest(issuer, optionsFor(ctx, configured))
  if (!provider.acceptsIssuer) return withSignatures(await processDiscoveryResponse(issuer, response))
  return withSignatures({ ...Document.parse(await response.json()), issuer: provider.issuer })
}

/** Where a provider's endpoints and keys are; from memory but once an hour. */
export async function discover(ctx: Calling, configured: ConfiguredProvider): Promise<ProviderServer> {
  const { provider, settings } = configured
  const servers = remembered.get(ctx.config) ?? new Map<string, Remembered>()
  remembered.set(ctx.config, servers)
  const known = servers.get(provider.id)
  const now = ctx.clock.now()
  const isFresh = known && addSeconds(known.loadedAt, rememberedSeconds) > now
  const current = isFresh ? known : { server: await askServer(ctx, configured), loadedAt: now }
  servers.set(provider.id, current)
  return {
    server: current.server,
    client: {
      client_id: settings.clientId,
      [clockSkew]: ctx.providers.skewSeconds(now),
      [clockTolerance]: toleranceSeconds,
    },
    options: optionsFor(ctx, configured),
  }
}
