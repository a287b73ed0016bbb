import { sharedTarget, startTarget } from '../target'
import { type FederatedBrowser, openFederatedBrowser } from './federated-browser'
import { appPage, exchangeForTokens, logInAt } from './federated-log-in'
import { findFreePort } from './free-port'
import { type OpenIdServer, oauthClient, type ProvidedPerson, startOpenIdProvider } from './openid-provider'
import type { Server } from './server'
import type { TokenSet } from './shapes'

/** Clients that are apps of ours. */
export const nativeClientId = 'postern-ios'

/** How long the server waits for a provider. */
export const providerTimeoutSeconds = 2

export interface Federation {
  server: Server
  /** Takes requests beforehand, has the claims in the id_token; its access tokens end at once. */
  acme: OpenIdServer
  /** Takes none, tells who somebody is where it is asked; it is `apple` too, whose answers are posted. */
  globex: OpenIdServer
  /** Has its clients show who they are by HTTP Basic, and by nothing else. */
  initech: OpenIdServer
  /** Its keys change. */
  rotating: OpenIdServer
  /** It goes away. */
  moody: OpenIdServer
  /** Opens a browser that is this person at every provider. */
  openBrowser(person?: ProvidedPerson): FederatedBrowser
  /** Somebody's session, by this provider. */
  logIn(provider: string, person: ProvidedPerson): Promise<TokenSet>
}

const settingsOf = (id: string, { issuer }: { issuer: string }) => ({
  [`OAUTH_${id.toUpperCase()}_ISSUER`]: issuer,
  [`OAUTH_${id.toUpperCase()}_CLIENT_ID`]: oauthClient.clientId,
  [`OAUTH_${id.toUpperCase()}_CLIENT_SECRET`]: oauthClient.clientSecret,
})

const start = async (): Promise<Federation> => {
  const port = String(findFreePort())
  const routes = `http://127.0.0.1:${port}/v1/auth/oauth`
  const callbackOf = (id: string) => `${routes}/${id}/callback`
  const [acme, globex, initech, rotating, moody] = await Promise.all([
    startOpenIdProvider(callbackOf('acme'), { backchannelLogoutUri: `${routes}/acme/backchannel-logout` }),
    startOpenIdProvider([callbackOf('globex'), callbackOf('apple')], {
      alg: 'RS256',
      takesPushedRequests: false,
      hidesClaims: true,
      accessTokenSeconds: 3600,
    }),
    startOpenIdProvider(callbackOf('initech'), { clientAuthentication: 'client_secret_basic' }),
    startOpenIdProvider(callbackOf('rotating')),
    startOpenIdProvider(callbackOf('moody')),
  ])
  const providers = [acme, globex, initech, rotating, moody]
  const settings = {
    PORT: port,
    PROVIDER_TIMEOUT_SECONDS: String(providerTimeoutSeconds),
    REDIRECT_ORIGINS: `${new URL(appPage).origin},com.example.app:,loopback`,
    OAUTH_ACME_NATIVE_CLIENT_IDS: nativeClientId,
    ...settingsOf('acme', acme),
    ...settingsOf('globex', globex),
    ...settingsOf('apple', globex),
    ...settingsOf('initech', initech),
    ...settingsOf('rotating', rotating),
    ...settingsOf('moody', moody),
    // Nothing listens there.
    ...settingsOf('down', { issuer: `http://127.0.0.1:${findFreePort()}` }),
  }
  const server = await sharedTarget('providers', () => startTarget(settings))
  const openBrowser = (person?: ProvidedPerson) => {
    if (person) for (const { people } of providers) people.set(person.sub, person)
    const issuers = providers.map(({ issuer }) => issuer)
    return openFederatedBrowser(server, issuers, person?.sub)
  }
  const logIn = async (provider: string, person: ProvidedPerson) =>
    exchangeForTokens(server, await logInAt(server, openBrowser(person), provider))
  return { server, acme, globex, initech, rotating, moody, openBrowser, logIn }
}

let started: Promise<Federation> | undefined

/** The server of the target with providers to log in at: started once for the whole run, ended after it. */
export const federation = (): Promise<Federation> => {
  started ??= start()
  return started
}
