import { type AuthorizationServer, type ClientAuth, ClientSecretBasic, ClientSecretPost } from 'oauth4webapi'
import type { ConfiguredProvider } from './find-provider'

/**
 * How we prove at a provider's token endpoint who we are: as it says that it takes, or else as the standard has it
 * (OpenID Connect Discovery 1.0, section 3).
 */
export const clientAuthentication = (
  { provider, settings }: ConfiguredProvider,
  { token_endpoint_auth_methods_supported: methods }: AuthorizationServer,
): ClientAuth => {
  const takesPost = provider.kind === 'oauth' || methods?.includes('client_secret_post')
  return takesPost ? ClientSecretPost(settings.clientSecret) : ClientSecretBasic(settings.clientSecret)
}

/** Where a provider sends people back to: the one address that is registered with it. */
export const callbackOf = (baseUrl: string, { provider }: ConfiguredProvider): string =>
  `${baseUrl}/v1/auth/oauth/${provider.id}/callback`
