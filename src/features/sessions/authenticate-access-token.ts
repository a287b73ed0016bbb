import { errors } from 'jose'
import type { Actor, Context } from '#core/context'
import { Problem } from '#core/problem'
import { invalidAccessToken } from '#core/problems'
import { verifyAccessToken } from './access-token'
import { recallAtOnce, rememberVerified, type TokenFacts } from './remembered-tokens'
import { isKeyPublished, isKnownPublished } from './signing-keys'

const outcomeOf = ({ definition, cause }: Problem): string => {
  if (cause instanceof errors.JWTExpired) return 'expired'
  return definition.status >= 500 ? 'failed' : 'invalid'
}

const count = ({ telemetry }: Context, outcome: string): void =>
  telemetry.meter.add('auth_token_validations_total', { outcome })

const verify = async (ctx: Context, token: string): Promise<TokenFacts | Problem> => {
  try {
    const facts = await rememberVerified(ctx, token, () => verifyAccessToken(ctx, token))
    // It may have been verified before its key was revoked.
    if (!(await isKeyPublished(ctx, facts.signedBy))) throw invalidAccessToken({ cause: new Error('revoked key') })
    count(ctx, 'valid')
    return facts
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    count(ctx, outcomeOf(error))
    return error
  }
}

/** What an access token says, or why it is not accepted. It asks no database but for new keys, and nobody waits for what is known. */
export const inspectAccessToken = (
  ctx: Context,
  token: string,
): TokenFacts | Problem | Promise<TokenFacts | Problem> => {
  const facts = recallAtOnce(ctx, token)
  if (!facts || !isKnownPublished(ctx, facts.signedBy)) return verify(ctx, token)
  count(ctx, 'valid')
  return facts
}

const toActor = (facts: TokenFacts | Problem): Actor => {
  if (facts instanceof Problem) return { kind: 'anonymous', rejected: facts }
  const { expiresAt: _, signedBy: __, ...actor } = facts
  return actor
}

/** Who an access token speaks for: the user, a program, or nobody with the reason why. */
export const authenticateAccessToken = (ctx: Context, token: string): Actor | Promise<Actor> => {
  const facts = inspectAccessToken(ctx, token)
  return facts instanceof Promise ? facts.then(toActor) : toActor(facts)
}
