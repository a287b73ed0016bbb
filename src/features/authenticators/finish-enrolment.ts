import type { Context } from '#core/context'
import type { Challenge } from '../sessions/read-challenge-token'
import type { MfaVerification } from './contract'
import { finishByEnrolment } from './enrolment-queries'
import { type Finished, finishValues, toFinished } from './finish-values'
import { invalidChallenge, invalidCode } from './problems'
import { findTotp } from './read-factor'
import type { Challenged } from './second-factor-queries'

/**
 * Finishes a log-in of somebody who had to set up a second factor first: by the first code of it, which also makes it
 * count. Throws `invalid-challenge`, `invalid-code`.
 */
export async function finishEnrolment(
  ctx: Context,
  challenge: Challenge,
  { amr, totp }: Challenged,
  input: MfaVerification,
): Promise<Finished> {
  if (input.method !== 'totp') throw invalidChallenge()
  const now = ctx.clock.now()
  const { factorId = null, step = null } = await findTotp(ctx, totp, input.code)
  if (factorId === null || step === null) throw invalidCode({ extensions: { serverTime: now.toISOString() } })
  const values = finishValues(ctx, challenge, {
    amr: [...amr, 'otp', 'mfa'],
    secondFactorId: factorId,
    trustDevice: input.trustDevice,
  })
  const [row] = await finishByEnrolment(ctx.db, {
    ...values,
    factorId,
    step,
    boundEventId: ctx.ids.next(),
    noticeJobId: ctx.ids.next(),
  })
  if (!row) throw invalidChallenge()
  ctx.pokeJobs()
  return toFinished(ctx, row, values.newDeviceId)
}
