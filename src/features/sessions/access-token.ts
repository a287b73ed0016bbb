import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import * as z from 'zod'
import type { Context } from '#core/context'
import { toAccess } from '#core/permissions'
import { invalidAccessToken } from '#core/problems'
import { toBase64Url } from '#core/secrets'
import type { SessionState } from './contract'
import { addSeconds } from './new-session'
import type { TokenFacts } from './remembered-tokens'
import { secondsOfLife } from './seconds-of-life'
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
  // Tokens of the build before have no permissions.
  roles: z.array(z.string()),
  permissions: z.array(z.string()).default([]),
  org: z.object({ id: z.uuid(), slug: z.string(), role: z.string(), permissions: z.array(z.string()) }).nullable(),
  act: z.object({ sub: z.uuid() }).optional(),
})

/** Of a token that a program got for itself: it has a `client_id` (RFC 9068, section 2.2). */
const MachineClaims = z.object({
  sub: z.uuid(),
  client_id: z.uuid(),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  permissions: z.array(z.string()),
  org: z.object({ id: z.uuid(), permissions: z.array(z.string()) }).nullable(),
  key_id: z.uuid(),
  limit: z.int().optional(),
})

/** An instant as tokens have it. */
export const toSeconds = (instant: Date) => Math.floor(instant.getTime() / 1000)

const encoder = new TextEncoder()

const encode = (part: object) => toBase64Url(encoder.encode(JSON.stringify(part)))

/**
 * Signs the claims of an access token, which all say who issued it and for whom: a compact JWS (RFC 7515, section 7.1). jose would take
 * as long again as the signature.
 */
export const signClaims = async ({ config }: Context, key: SigningKey, claims: JWTPayload): Promise<string> => {
  const header = encode({ alg: key.algorithm, typ: type, kid: key.keyId })
  const signed = `${header}.${encode({ iss: config.BASE_URL, aud: config.BASE_URL, ...claims })}`
  return `${signed}.${toBase64Url(await key.sign(encoder.encode(signed)))}`
}

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
  const { roles, permissions, organization } = toAccess(session.access, config.APPLICATION_PERMISSIONS)
  const issuedAt = toSeconds(session.rotatedAt)
  const jti = `${session.sessionId}.${session.counter}`
  const expiresAt = Math.min(issuedAt + secondsOfLife(config, jti), toSeconds(session.expiresAt))
  const accessToken = await signClaims(ctx, key, {
    sub: session.userId,
    jti,
    iat: issuedAt,
    exp: expiresAt,
    sid: session.sessionId,
    auth_time: toSeconds(session.authenticatedAt),
    amr: session.amr,
    acr: session.acr,
    roles,
    permissions,
    org: organization,
    ...(session.impersonatorId !== null && { act: { sub: session.impersonatorId } }),
  })
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

const toUser = (claims: z.output<typeof Claims>, signedBy: string): TokenFacts => ({
  kind: 'user',
  userId: claims.sub,
  sessionId: claims.sid,
  expiresAt: claims.exp,
  signedBy,
  access: { roles: claims.roles, permissions: claims.permissions, organization: claims.org },
  ...(claims.act && { impersonatorId: claims.act.sub }),
})

const toMachine = (claims: z.output<typeof MachineClaims>, signedBy: string): TokenFacts => ({
  kind: 'machine',
  keyId: claims.key_id,
  owner: { kind: 'service-account', id: claims.sub },
  permissions: claims.org?.permissions ?? claims.permissions,
  organizationId: claims.org?.id ?? null,
  limitPerMinute: claims.limit ?? null,
  expiresAt: claims.exp,
  signedBy,
})

const readClaims = async (ctx: Context, token: string, key: SigningKey, currentDate: Date): Promise<TokenFacts> => {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.algorithm],
      issuer: ctx.config.BASE_URL,
      audience: ctx.config.BASE_URL,
      typ: type,
      currentDate,
    })
    const facts =
      payload.client_id === undefined
        ? toUser(Claims.parse(payload), key.keyId)
        : toMachine(MachineClaims.parse(payload), key.keyId)
    const latest = toSeconds(addSeconds(ctx.clock.now(), clockToleranceSeconds))
    if (payload.iat === undefined || payload.iat > latest) throw new Error('issued too early')
    return facts
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
