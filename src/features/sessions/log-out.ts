import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { invalidAccessToken } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { verifyAccessToken } from './access-token'
import { endSession } from './queries'
import { recallVerified, type TokenFacts } from './remembered-tokens'
import { findSigningKey } from './signing-keys'

const ignoreInvalidToken = (error: unknown): undefined => {
  const isInvalid = error instanceof Problem && error.definition === invalidAccessToken.definition
  if (!isInvalid) throw error
}

/** What a token says, however old; undefined when it is none of ours. */
const readToken = async (ctx: Context, token: string): Promise<TokenFacts | undefined> => {
  const known = await recallVerified(ctx, token)
  if (known && (await findSigningKey(ctx, known.signedBy))) return known
  return verifyAccessToken(ctx, token, 'any').catch(ignoreInvalidToken)
}

/**
 * Ends the session that an access token names, even if the token has expired. Idempotent: a token that names none
 * has nothing to end.
 */
export async function logOut(ctx: Context, accessToken: string | undefined): Promise<void> {
  if (accessToken === undefined) return
  const facts = await readToken(ctx, accessToken)
  if (facts?.kind !== 'user') return
  const { expiresAt: _, signedBy: __, ...actor } = facts
  const { userId, sessionId } = actor
  await endSession(ctx.db, { ...eventValues({ ...ctx, actor }), userId, sessionId })
}
