import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import * as z from 'zod'
import type { Actor, Context } from '#core/context'
import { Problem } from '#core/problem'
import { invalidAccessToken } from '#core/problems'
import type { SessionState } from './contract'
import { addSeconds } from './new-session'
import { rememberVerified, type TokenFacts } from './remembered-tokens'
import { findPublishedKey, findSigningKey, getCurrentKey } from './signing-keys'
import type { SigningKey } from './stored-signing-keys'

/** RFC 9068, section 2.1. */
const type = 'at+jwt'
/** How far ahead the clock of the instance that signed may be. */
const clockToleranceSeconds = 5
/** Three parts of base64url and nothing else: jose would forgive spaces and padding, and take five parts apart. */
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/
/** The only members that our headers have; `jwk`, `jku`, `x5u` or `crit` would let a token bring its own rules. */
const Header = z.strictObject({ alg: z.string(), typ: z.literal(type), kid: z.string() })

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int(),
})

const toSeconds = (instant: Date) => Math.floor(instant.getTime() / 1000)

/**
 * Signs the access token of a session as it stands. The same session and counter give the same claims: `iat` is the
 * moment of the rotation and `jti` its number, so parallel refreshes agree on this one too.
 * @returns the token and the seconds it still has
 */
export const signAccessToken = async (
  ctx: Context,
  session: SessionState,
): Promise<{ accessToken: string; expiresIn: number }> => {
  const { config } = ctx
  const key = await getCurrentKey(ctx)
  const issuedAt = toSeconds(session.rotatedAt)
  const expiresAt = Math.min(issuedAt + config.ACCESS_TOKEN_SECONDS, toSeconds(session.expiresAt))
  const accessToken = await new SignJWT({
    sid: session.sessionId,
    auth_time: toSeconds(session.authenticatedAt),
    amr: session.amr,
    acr: session.acr,
    roles: [],
    org: null,
  })
    .setProtectedHeader({ alg: key.algorithm, typ: type, kid: key.keyId })
    .setIssuer(config.BASE_URL)
    .setAudience(config.BASE_URL)
    .setSubject(session.userId)
    .setJti(`${session.sessionId}.${session.counter}`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey)
  return { accessToken, expiresIn: Math.max(0, expiresAt - toSeconds(ctx.clock.now())) }
}

const readHeader = (token: string): z.output<typeof Header> => {
  try {
    if (!compactJws.test(token)) throw new Error('not a compact JWS')
    return Header.parse(decodeProtectedHeader(token))
  } catch (error) {
    throw invalidAccessToken({ cause: error })
  }
}

const readClaims = async (ctx: Context, token: string, key: SigningKey, currentDate: Date): Promise<TokenFacts> => {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.algorithm],
      issuer: ctx.config.BASE_URL,
      audience: ctx.config.BASE_URL,
      typ: type,
      currentDate,
    })
    const claims = Claims.parse(payload)
    if (claims.iat > toSeconds(addSeconds(ctx.clock.now(), clockToleranceSeconds))) throw new Error('issued too early')
    return { userId: claims.sub, sessionId: claims.sid, expiresAt: claims.exp }
  } catch (error) {
    throw invalidAccessToken({ cause: error })
  }
}

/**
 * Checks an access token by the rules of RFC 8725: our key by its id, that key's one algorithm, every claim and its type.
 * @param age `any` for a log-out only, which needs to know whose session a stale token names
 * Throws `invalid-access-token`.
 */
export const verifyAccessToken = async (
  ctx: Context,
  token: string,
  age: 'current' | 'any' = 'current',
): Promise<TokenFacts> => {
  const { alg, kid } = readHeader(token)
  const key = age === 'any' ? await findSigningKey(ctx, kid) : await findPublishedKey(ctx, kid)
  if (!key || key.algorithm !== alg) throw invalidAccessToken({ cause: new Error('unknown key') })
  return readClaims(ctx, token, key, age === 'any' ? new Date(0) : ctx.clock.now())
}

/** Who an access token speaks for: the user, or nobody with the reason why. It asks no database but for new keys. */
export const authenticateAccessToken = async (ctx: Context, token: string): Promise<Actor> => {
  try {
    const { userId, sessionId } = await rememberVerified(ctx, token, () => verifyAccessToken(ctx, token))
    return { kind: 'user', userId, sessionId }
  } catch (error) {
    if (error instanceof Problem) return { kind: 'anonymous', rejected: error }
    throw error
  }
}
