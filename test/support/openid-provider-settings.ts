import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'

type SigningAlgorithm = 'ES256' | 'RS256'

/** What a provider knows of somebody, by OpenID Connect's names. */
export interface ProvidedPerson {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
  picture?: string
  locale?: string
}

/** What a provider does its own way. */
export interface ProviderSpeciality {
  /** What it signs with; `ES256` unless said. */
  alg?: SigningAlgorithm
  /** Whether what is asked may be told beforehand (RFC 9126); so it is unless said. */
  takesPushedRequests?: boolean
  /** How clients prove who they are; `client_secret_post` unless said. */
  clientAuthentication?: 'client_secret_post' | 'client_secret_basic'
  /** Says who somebody is only where it is asked for that, not in the id_token. */
  hidesClaims?: boolean
  /** How long its access tokens live; a minute unless said. */
  accessTokenSeconds?: number
  /** Where it says that somebody logged out. */
  backchannelLogoutUri?: string
}

export const oauthClient = { clientId: 'postern', clientSecret: 'a secret that the two of us share' }

const claims = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  profile: ['name', 'picture', 'locale'],
}

const hour = 3600

/** Agrees to what the client asks for, whoever logs in. */
const loadExistingGrant = async ({ oidc: { client, session, provider } }: KoaContextWithOIDC) => {
  const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
  grant.addOIDCScope('openid email profile offline_access')
  await grant.save()
  return grant
}

/** A configuration of oidc-provider. */
export const providerSettings = (callbacks: string[], speciality: ProviderSpeciality): Configuration => {
  const { alg = 'ES256', clientAuthentication = 'client_secret_post', backchannelLogoutUri } = speciality
  return {
    clients: [
      {
        client_id: oauthClient.clientId,
        client_secret: oauthClient.clientSecret,
        redirect_uris: callbacks,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: clientAuthentication,
        id_token_signed_response_alg: alg,
        ...(backchannelLogoutUri && { backchannel_logout_uri: backchannelLogoutUri }),
      },
    ],
    claims,
    conformIdTokenClaims: speciality.hidesClaims ?? false,
    clientAuthMethods: [clientAuthentication],
    cookies: { keys: ['a key of the tests'] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: speciality.takesPushedRequests ?? true },
      revocation: { enabled: true, allowedPolicy: () => true },
      backchannelLogout: { enabled: backchannelLogoutUri !== undefined },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => true,
    loadExistingGrant,
    pkce: { required: () => true },
    renderError: (ctx, out) => {
      ctx.body = JSON.stringify(out)
    },
    // It calls back on loopback here, where its own guard would stop it.
    fetch: (url, init) => fetch(url, { ...init, dispatcher: undefined } as RequestInit),
    ttl: {
      AccessToken: speciality.accessTokenSeconds ?? 60,
      AuthorizationCode: 60,
      Grant: hour,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: hour,
      Session: hour,
    },
  }
}
