import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { invalidAccessToken } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { verifyAccessToken } from './access-token'
import { endSession } from './queries'

const ignoreInvalidToken = (error: unknown): undefined => {
  const isInvalid = error instanceof Problem && error.definition === invalidAccessToken.definition
  if (!isInvalid) throw error
}

/**
 * Ends the session that an access token names, even if the token has expired. Idempotent: a token that names none
 * has nothing to end.
 */
export async function logOut(ctx: Context, accessToken: string | undefined): Promise<void> {
  if (accessToken === undefined) return
  const facts = await verifyAccessToken(ctx, accessToken, 'any').catch(ignoreInvalidToken)
  if (facts?.kind !== 'user') return
  const { expiresAt: _, signedBy: __, ...actor } = facts
  const { userId, sessionId } = actor
  await endSession(ctx.db, { ...eventValues({ ...ctx, actor }), userId, sessionId })
}
