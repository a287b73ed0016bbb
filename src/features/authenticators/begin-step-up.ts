import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { newPasskeyChallenge } from './new-passkey-challenge'
import type { PasskeyRequestOptions } from './passkey-contract'
import { toRequestOptions } from './passkey-options'
import { issueStepUpChallenge } from './passkey-queries'

/** Gives the caller's browser a challenge to step up with a passkey. Throws `unauthenticated`, `session-revoked`. */
export async function beginStepUp(ctx: Context): Promise<PasskeyRequestOptions> {
  const { userId, sessionId } = requireUser(ctx)
  const { challenge, values } = await newPasskeyChallenge(ctx)
  const [row] = await issueStepUpChallenge(ctx.db, { ...values, userId, sessionId })
  if (!row) throw sessionRevoked()
  return toRequestOptions(ctx, challenge, row.credentials)
}
