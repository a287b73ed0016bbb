import type { Context as HttpContext } from 'hono'
import { type Actor, type Context, newAdmission, type Unidentified } from '#core/context'
import { observePorts } from '#core/observation'
import { impersonationRefused } from '#core/problems'
import { type Credential, readCredential } from './credential'
import { policyOf } from './policy-of'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

/**
 * Finds out who an access token or an API key speaks for; a bad one gives an anonymous actor that says why. A key that has to
 * be looked up is left to `countRequest`, which counts meanwhile.
 */
export type AuthenticateToken = (ctx: Context, accessToken: string) => Promise<Actor | Unidentified>

/**
 * Whoever acts as somebody may look around, and change only what the route's line says: nothing that shows who the person
 * is, and no route that nobody thought of. Throws `impersonation-refused`.
 */
const refuseImpersonation = (c: HttpContext<AppEnv>, actor: Actor): void => {
  if (actor.kind !== 'user' || actor.impersonatorId === undefined) return
  const isOpen = policyOf(c)?.impersonated ?? isSafe(c.req.method)
  if (!isOpen) throw impersonationRefused()
}

/** Makes the context of the request. It only reads the token: whether the session still lives is the statement's part. */
export const attachContext =
  (authenticateToken: AuthenticateToken) =>
  async (c: HttpContext<AppEnv>): Promise<void> => {
    const observation = c.get('observation')
    const ctx: Context = {
      ...c.env,
      ...observePorts(c.env, observation),
      observation,
      actor: { kind: 'anonymous' },
      request: c.get('request'),
      admission: newAdmission(),
    }
    const { isPublic, isOperators } = policyOf(c) ?? {}
    const credential: Credential = isPublic || isOperators ? { kind: 'none' } : await readCredential(c)
    const caller =
      credential.kind === 'token'
        ? await authenticateToken(ctx, credential.accessToken)
        : credential.kind === 'rejected'
          ? ({ kind: 'anonymous', rejected: credential.problem } as const)
          : ctx.actor
    c.set('ctx', ctx)
    if (caller.kind === 'unidentified') ctx.unidentified = caller
    else {
      ctx.actor = caller
      refuseImpersonation(c, caller)
    }
  }
