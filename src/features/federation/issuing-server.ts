import { decodeJwt } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import * as z from 'zod'
import type { OpenIdProvider } from './providers/provider'

const TokenAnswer = z.object({ id_token: z.string() })

/**
 * The provider as the issuer that the id_token of an answer names, where it has several and this is one of them. Throws
 * when it is none.
 */
export const issuingServer = async (
  provider: OpenIdProvider,
  server: AuthorizationServer,
  response: Response,
): Promise<AuthorizationServer> => {
  if (!provider.acceptsIssuer || !response.ok) return server
  const { id_token: idToken } = TokenAnswer.parse(await response.clone().json())
  const claims = decodeJwt(idToken)
  if (!claims.iss || !provider.acceptsIssuer(claims.iss, claims)) throw new Error('The id_token is of another issuer.')
  return { ...server, issuer: claims.iss }
}
