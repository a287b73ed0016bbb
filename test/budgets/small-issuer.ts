import { makeProviderKey, signWithKey } from '../support/openid-provider-keys'

export const clientId = 'postern'

const logOutEvents = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** An OpenID provider of few words: a code of its is the nonce of the log-in, and everybody is somebody new. */
export const openSmallIssuer = async () => {
  const key = await makeProviderKey('ES256')
  const { d: _, ...publicJwk } = { d: '', ...key.jwk }
  const sign = (issuer: string, claims: object) => {
    const now = Math.floor(Date.now() / 1000)
    return signWithKey(key, { iss: issuer, aud: clientId, iat: now, exp: now + 300, ...claims })
  }
  /** A log-in's nonce says who it is. */
  const signIdToken = (issuer: string, nonce: string) =>
    sign(issuer, { sub: nonce, nonce, email: `${nonce.toLowerCase()}@example.com`, email_verified: true })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { pathname, origin } = new URL(request.url)
      if (pathname === '/jwks') return Response.json({ keys: [publicJwk] })
      if (pathname === '/token') {
        const code = new URLSearchParams(await request.text()).get('code')
        const tokens = { access_token: 'theirs', refresh_token: 'for the next', token_type: 'Bearer', expires_in: 300 }
        return Response.json(code === null ? tokens : { ...tokens, id_token: await signIdToken(origin, code) })
      }
      return Response.json({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        jwks_uri: `${origin}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
      })
    },
  })
  const issuer = `http://127.0.0.1:${server.port}`
  return {
    settings: {
      OAUTH_ACME_ISSUER: issuer,
      OAUTH_ACME_CLIENT_ID: clientId,
      OAUTH_ACME_CLIENT_SECRET: 'a secret that the two of us share',
    },
    sign: (nonce: string) => signIdToken(issuer, nonce),
    /** Says that somebody logged out there (OpenID Connect Back-Channel Logout). */
    signLogOut: (sub: string) => sign(issuer, { sub, jti: crypto.randomUUID(), events: logOutEvents }),
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

export type SmallIssuer = Awaited<ReturnType<typeof openSmallIssuer>>
