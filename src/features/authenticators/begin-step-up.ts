import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { newPasskeyChallenge } from './new-passkey-challenge'
import type { PasskeyRequestOptions } from './passkey-contract'
import { toRequestOptions } from './passkey-options'
import { issueStepUpChallenge } from './passkey-queries'

/** Gives the caller's browser a challenge to step up with a passkey. Throws `unauthenticated`, `session-revoked`, and
 * `not-found` where there is none. */
export async function beginStepUp(ctx: Context): Promise<PasskeyRequestOptions> {
  const { userId, sessionId } = requireUser(ctx)
  const { challenge, values } = await newPasskeyChallenge(ctx)
  const [row] = await issueStepUpChallenge(ctx.db, { ...values, userId, sessionId })
  if (!row) throw sessionRevoked()
  if (row.credentials.length === 0) throw notFound()
  return toRequestOptions(ctx, challenge, row.credentials)
}
