import { errors } from 'jose'
import type { Actor, Context } from '#core/context'
import { Problem } from '#core/problem'
import { invalidAccessToken } from '#core/problems'
import { verifyAccessToken } from './access-token'
import { rememberVerified, type TokenFacts } from './remembered-tokens'
import { isKeyPublished } from './signing-keys'

const outcomeOf = ({ definition, cause }: Problem): string => {
  if (cause instanceof errors.JWTExpired) return 'expired'
  return definition.status >= 500 ? 'failed' : 'invalid'
}

/** What an access token says, or why it is not accepted. It asks no database but for new keys. */
export const inspectAccessToken = async (ctx: Context, token: string): Promise<TokenFacts | Problem> => {
  const count = (outcome: string) => ctx.telemetry.meter.add('auth_token_validations_total', { outcome })
  try {
    const facts = await rememberVerified(ctx, token, () => verifyAccessToken(ctx, token))
    // It may have been verified before its key was revoked.
    if (!(await isKeyPublished(ctx, facts.signedBy))) throw invalidAccessToken({ cause: new Error('revoked key') })
    count('valid')
    return facts
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    count(outcomeOf(error))
    return error
  }
}

/** Who an access token speaks for: the user, a program, or nobody with the reason why. */
export const authenticateAccessToken = async (ctx: Context, token: string): Promise<Actor> => {
  const facts = await inspectAccessToken(ctx, token)
  if (facts instanceof Problem) return { kind: 'anonymous', rejected: facts }
  const { expiresAt: _, signedBy: __, ...actor } = facts
  return actor
}
