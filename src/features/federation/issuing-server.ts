import { decodeJwt } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import * as z from 'zod'
import type { Provider } from './providers/provider'

const TokenAnswer = z.object({ id_token: z.string().optional() })

/**
 * The provider as the issuer that the id_token of an answer names, where it has several and this is one of them. Throws
 * when it is none.
 */
export const issuingServer = async (
  provider: Provider,
  server: AuthorizationServer,
  response: Response,
): Promise<AuthorizationServer> => {
  if (provider.kind !== 'openid' || !provider.acceptsIssuer || !response.ok) return server
  const { id_token: idToken } = TokenAnswer.parse(await response.clone().json())
  if (idToken === undefined) return server
  const claims = decodeJwt(idToken)
  if (!claims.iss || !provider.acceptsIssuer(claims.iss, claims)) throw new Error('The id_token is of another issuer.')
  return { ...server, issuer: claims.iss }
}
