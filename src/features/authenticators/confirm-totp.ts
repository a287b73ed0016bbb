import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { raiseValues } from '../sessions/raise-values'
import type { RecoveryCodes, TotpConfirmation } from './contract'
import { confirmOwnTotp, findBegunTotp } from './enrolment-queries'
import { newCodeValues } from './new-code-values'
import { invalidCode } from './problems'
import { findTotp } from './read-factor'
import { requirePrivileged } from './require-privileged'

/**
 * Makes the app count that the caller set up, by a code of it, which then works no more. Their session is `aal2` from now
 * on. Whoever has no recovery codes gets some. Throws `unauthenticated`, `session-revoked`,
 * `insufficient-user-authentication`, `invalid-code`, `rate-limited`, `limits-unavailable`.
 */
export async function confirmTotp(ctx: Context, { code }: TotpConfirmation): Promise<RecoveryCodes> {
  const { standing: _, ...caller } = await requirePrivileged(ctx)
  const now = ctx.clock.now()
  const [[begun]] = await Promise.all([
    findBegunTotp(ctx.db, { ...caller, now }),
    admit(ctx, ['secondFactor', caller.userId]),
  ])
  if (!begun) throw sessionRevoked()
  const { factorId = null, step = null } = await findTotp(ctx, begun.totp, code)
  if (factorId === null || step === null) throw invalidCode({ extensions: { serverTime: now.toISOString() } })
  const { codes, values } = await newCodeValues(ctx, caller.userId)
  const [row] = await confirmOwnTotp(ctx.db, {
    ...eventValues(ctx),
    ...caller,
    ...values,
    ...raiseValues(ctx.config, { amr: ['otp', 'mfa'], acr: 'aal2', secondFactorId: factorId }),
    factorId,
    step,
    boundEventId: ctx.ids.next(),
    noticeJobId: ctx.ids.next(),
  })
  if (!row) throw invalidCode({ extensions: { serverTime: now.toISOString() } })
  ctx.pokeJobs()
  return { recoveryCodes: row.isFirst ? codes : null }
}
