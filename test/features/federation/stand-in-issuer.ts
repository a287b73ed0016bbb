import type { JWTPayload } from 'jose'
import type { ProviderCaller } from '#core/provider-settings'
import { start } from '../../platform'
import { makeProviderKey, signWithKey } from '../../support/openid-provider-keys'

export const issuer = 'https://login.acme.example'
export const clientId = 'postern'
export const clientSecret = 'a secret that the two of us share'

/** One call that a stand-in was asked to make. */
export interface ProviderCall {
  provider: string
  url: URL
  headers: Headers
  form: URLSearchParams
}

type Answers = Record<string, (call: ProviderCall) => Response | Promise<Response>>

export interface StandInIssuer {
  providers: ProviderCaller
  calls: ProviderCall[]
  /** What each path of the issuer answers; a test replaces what it is about. */
  answers: Answers
  /** What its metadata say beside the usual. */
  metadata: Record<string, unknown>
  /** Signs claims with its own key. */
  sign(claims: JWTPayload, header?: object): Promise<string>
}

/** A stand-in for the world outside that answers by its table; what is not in it is not reached. */
export const createStandIn = (answers: Answers): Pick<StandInIssuer, 'providers' | 'calls' | 'answers'> => {
  const calls: ProviderCall[] = []
  return {
    calls,
    answers,
    providers: {
      fetch: async (provider, address, init = {}) => {
        const url = new URL(address)
        const call = {
          provider,
          url,
          headers: new Headers(init.headers),
          form: new URLSearchParams(init.body ? String(init.body) : ''),
        }
        calls.push(call)
        const answer = answers[url.origin + url.pathname] ?? answers[url.pathname]
        if (!answer) throw new Error(`Nobody answers at ${address}.`)
        return answer(call)
      },
      skewSeconds: (now) => Math.round((now.getTime() - Date.now()) / 1000),
    },
  }
}

const key = await makeProviderKey('ES256')
const { d: _, ...publicJwk } = key.jwk as Record<string, unknown>

/** An OpenID provider whose every answer is in our hands; it signs with a key of its own. */
export const createStandInIssuer = (): StandInIssuer => {
  const metadata: Record<string, unknown> = {}
  const answers: Answers = {
    '/.well-known/openid-configuration': () =>
      Response.json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
        authorization_response_iss_parameter_supported: true,
        ...metadata,
      }),
    '/jwks': () => Response.json({ keys: [publicJwk] }),
  }
  return { ...createStandIn(answers), metadata, sign: (claims, header) => signWithKey(key, claims, header) }
}

export const publicKey = publicJwk

/** The answer of a token endpoint. */
export const tokenAnswer = (idToken: string | undefined, more: object = {}): Response =>
  Response.json({
    access_token: 'the access token of the provider',
    token_type: 'Bearer',
    expires_in: 3600,
    ...(idToken !== undefined && { id_token: idToken }),
    ...more,
  })

/** When worlds begin. */
export const startSeconds = start.getTime() / 1000

/** What a good id_token says; `nonce` is the flow's. */
export const goodClaims = (nonce: string | null, more: Record<string, unknown> = {}): JWTPayload => ({
  iss: issuer,
  aud: clientId,
  sub: 'ada-at-acme',
  iat: startSeconds,
  // Long, for tests that move the clock.
  exp: startSeconds + 2_592_000,
  ...(nonce !== null && { nonce }),
  email: 'ada@example.com',
  email_verified: true,
  ...more,
})
