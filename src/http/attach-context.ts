import type { Context as HttpContext } from 'hono'
import { type Actor, type Context, newAdmission, type Unidentified } from '#core/context'
import { observePorts } from '#core/observed-ports'
import { impersonationRefused } from '#core/problems'
import { type Credential, readCredential } from './credential'
import { policyOf } from './policy-of'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

/**
 * Finds out who an access token or an API key speaks for; a bad one gives an anonymous actor that says why. A key that has to
 * be looked up is left to `countRequest`, which counts meanwhile.
 */
export type AuthenticateToken = (
  ctx: Context,
  accessToken: string,
) => Actor | Unidentified | Promise<Actor | Unidentified>

/**
 * Whoever acts as somebody may look around, and change only what the route's line says: nothing that shows who the person
 * is, and no route that nobody thought of. Throws `impersonation-refused`.
 */
const refuseImpersonation = (c: HttpContext<AppEnv>, actor: Actor): void => {
  if (actor.kind !== 'user' || actor.impersonatorId === undefined) return
  const isOpen = policyOf(c)?.impersonated ?? isSafe(c.req.method)
  if (!isOpen) throw impersonationRefused()
}

const makeContext = (c: HttpContext<AppEnv>): Context => {
  const observation = c.get('observation')
  const ports = observePorts(c.env, observation)
  // One by one, since a second spread takes as long as all the rest.
  return {
    ...c.env,
    db: ports.db,
    blobs: ports.blobs,
    limiter: ports.limiter,
    passwords: ports.passwords,
    providers: ports.providers,
    captcha: ports.captcha,
    breaches: ports.breaches,
    dns: ports.dns,
    outside: ports.outside,
    observation,
    actor: { kind: 'anonymous' },
    request: c.get('request'),
    admission: newAdmission(),
  }
}

type Caller = Actor | Unidentified

const findCaller = (
  c: HttpContext<AppEnv>,
  ctx: Context,
  authenticateToken: AuthenticateToken,
): Caller | Promise<Caller> => {
  const { isPublic, isOperators } = policyOf(c) ?? {}
  if (isPublic || isOperators) return ctx.actor
  const toCaller = (credential: Credential) => {
    if (credential.kind === 'token') return authenticateToken(ctx, credential.accessToken)
    return credential.kind === 'rejected' ? ({ kind: 'anonymous', rejected: credential.problem } as const) : ctx.actor
  }
  const credential = readCredential(c)
  return credential instanceof Promise ? credential.then(toCaller) : toCaller(credential)
}

const attach = (c: HttpContext<AppEnv>, ctx: Context, caller: Caller): void => {
  c.set('ctx', ctx)
  if (caller.kind === 'unidentified') ctx.unidentified = caller
  else {
    ctx.actor = caller
    refuseImpersonation(c, caller)
  }
}

/**
 * Makes the context of the request. It only reads the token: whether the session still lives is the statement's part. There is something
 * to wait for only where the caller is not known at once.
 */
export const attachContext =
  (authenticateToken: AuthenticateToken) =>
  (c: HttpContext<AppEnv>): Promise<void> | undefined => {
    const ctx = makeContext(c)
    const caller = findCaller(c, ctx, authenticateToken)
    if (caller instanceof Promise) return caller.then((found) => attach(c, ctx, found))
    attach(c, ctx, caller)
    return undefined
  }
