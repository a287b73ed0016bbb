import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { type Challenge, readChallengeToken } from '../sessions/read-challenge-token'
import type { MfaVerification } from './contract'
import { countLogIn } from './count-log-in'
import { countSecondFactor } from './count-second-factor'
import { factorValues } from './factor-values'
import { finishEnrolment } from './finish-enrolment'
import { type Finished, finishValues, toFinished } from './finish-values'
import { invalidChallenge } from './problems'
import { type ReadFactor, readFactor } from './read-factor'
import { refuseFactor } from './refuse-factor'
import { type Challenged, findChallenged, finishByMethod } from './second-factor-queries'

const finish = async (
  ctx: Context,
  challenge: Challenge,
  { amr }: Challenged,
  input: MfaVerification,
  factor: ReadFactor,
): Promise<Finished> => {
  const { method, trustDevice } = input
  const secondFactorId = factor.shown.factorId ?? null
  const values = finishValues(ctx, challenge, { amr: [...amr, ...factor.amr], secondFactorId, trustDevice })
  const [row] = await finishByMethod[method](ctx.db, { ...values, ...factorValues(ctx, factor.shown) })
  if (!row) throw invalidChallenge()
  if (row.sessionId === null) return refuseFactor(ctx, { method, userId: challenge.userId, shown: factor.shown }, row)
  ctx.pokeJobs()
  return toFinished(ctx, row, values.newDeviceId)
}

const verify = async (ctx: Context, input: MfaVerification): Promise<Finished> => {
  const challenge = await readChallengeToken(ctx, input.challengeToken)
  if (!challenge) throw invalidChallenge()
  const { id: challengeId, userId } = challenge
  const [[challenged]] = await Promise.all([
    findChallenged(ctx.db, { challengeId, userId, now: ctx.clock.now() }),
    admit(ctx, ['secondFactor', userId]),
  ])
  if (challenged?.transport !== (input.transport ?? 'bearer')) throw invalidChallenge()
  if (challenged.kind === 'enrolment') return finishEnrolment(ctx, challenge, challenged, input)
  const holder = { userId, totp: challenged.totp, purpose: 'second-factor', boundTo: challengeId } as const
  return finish(ctx, challenge, challenged, input, await readFactor(ctx, input, holder))
}

/**
 * Finishes a log-in that waits for its second factor. The challenge works once, by the transport that it was asked for
 * with; failures count for the account (a device that logged in to it before: for that), from wherever they come, and lock.
 * Throws `invalid-challenge`, `invalid-code`, `invalid-passkey`, `second-factor-locked`, `email-unverified`,
 * `rate-limited`, `limits-unavailable`, `passkey-check-unavailable`.
 */
export async function verifySecondFactor(ctx: Context, input: MfaVerification): Promise<Finished> {
  return countLogIn(ctx, 'second_factor', () => countSecondFactor(ctx, input.method, () => verify(ctx, input)))
}
