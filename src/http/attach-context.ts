import type { MiddlewareHandler } from 'hono'
import { type Actor, type Context, newAdmission } from '#core/context'
import { readCredential } from './credential'
import type { AppEnv } from './router'

/** Finds out who an access token speaks for; a bad token gives an anonymous actor that says why. */
export type AuthenticateToken = (ctx: Context, accessToken: string) => Promise<Actor>

/** Makes the context of the request. It only reads the token: whether the session still lives is the statement's part. */
export const attachContext =
  (authenticateToken: AuthenticateToken): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const anonymous: Context = {
      ...c.env,
      actor: { kind: 'anonymous' },
      request: c.get('request'),
      admission: newAdmission(),
    }
    const credential = await readCredential(c)
    const actor: Actor =
      credential.kind === 'token'
        ? await authenticateToken(anonymous, credential.accessToken)
        : credential.kind === 'rejected'
          ? { kind: 'anonymous', rejected: credential.problem }
          : anonymous.actor
    c.set('ctx', { ...anonymous, actor })
    await next()
  }
