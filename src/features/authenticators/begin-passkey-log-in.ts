import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { notFound } from '#core/problems'
import { readChallengeToken } from '../sessions/read-challenge-token'
import { newPasskeyChallenge } from './new-passkey-challenge'
import type { PasskeyOptionsRequest, PasskeyRequestOptions } from './passkey-contract'
import { toRequestOptions } from './passkey-options'
import { issueLogInChallenge, issueSecondFactorChallenge } from './passkey-queries'
import { invalidChallenge } from './problems'

const forSecondFactor = async (ctx: Context, challengeToken: string): Promise<PasskeyRequestOptions> => {
  const waiting = await readChallengeToken(ctx, challengeToken)
  if (!waiting) throw invalidChallenge()
  const { challenge, values } = await newPasskeyChallenge(ctx)
  const [row] = await issueSecondFactorChallenge(ctx.db, { ...values, challengeId: waiting.id, userId: waiting.userId })
  if (!row) throw invalidChallenge()
  // An empty list would allow any passkey.
  if (row.credentials.length === 0) throw notFound()
  return toRequestOptions(ctx, challenge, row.credentials)
}

/**
 * Gives a browser a challenge to sign with a passkey: to log in, or as the second factor of a log-in that waits for it.
 * Throws `invalid-challenge`, `not-found` for an account without passkeys, `rate-limited`, `limits-unavailable`.
 */
export async function beginPasskeyLogIn(
  ctx: Context,
  { challengeToken }: PasskeyOptionsRequest,
): Promise<PasskeyRequestOptions> {
  await admit(ctx, ['passkey', ctx.request.network])
  if (challengeToken !== undefined) return forSecondFactor(ctx, challengeToken)
  const { challenge, values } = await newPasskeyChallenge(ctx)
  await issueLogInChallenge(ctx.db, values)
  return toRequestOptions(ctx, challenge, [])
}
