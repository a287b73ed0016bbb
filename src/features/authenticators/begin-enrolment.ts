import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { eventValues } from '../audit/event-values'
import { readChallengeToken } from '../sessions/read-challenge-token'
import type { ChallengeToken, TotpSecret } from './contract'
import { insertAwaitedTotp } from './enrolment-queries'
import { newTotpValues } from './new-totp-values'
import { invalidChallenge } from './problems'
import { requireBindable } from './require-bindable'
import { findChallenged } from './second-factor-queries'
import { describeTotp } from './totp'

/**
 * Begins to set up an authenticator app for somebody whose log-in waits for that, since the policy wants a second factor.
 * Throws `invalid-challenge`, `email-unverified`, `second-factors-off`, `rate-limited`, `limits-unavailable`.
 */
export async function beginEnrolment(ctx: Context, { challengeToken }: ChallengeToken): Promise<TotpSecret> {
  const challenge = await readChallengeToken(ctx, challengeToken)
  if (!challenge) throw invalidChallenge()
  const { id: challengeId, userId } = challenge
  const [[challenged]] = await Promise.all([
    findChallenged(ctx.db, { challengeId, userId, now: ctx.clock.now() }),
    admit(ctx, ['secondFactor', userId]),
  ])
  if (challenged?.kind !== 'enrolment') throw invalidChallenge()
  requireBindable(ctx, { ...challenged, isRequired: true })
  const { secret, values } = await newTotpValues(ctx)
  const [row] = await insertAwaitedTotp(ctx.db, { ...eventValues(ctx), ...values, challengeId, userId })
  if (!row) throw invalidChallenge()
  return describeTotp(ctx, secret, challenged.email)
}
