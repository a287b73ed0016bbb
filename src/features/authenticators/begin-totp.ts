import type { Context } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { TotpEnrolment, TotpSecret } from './contract'
import { insertOwnTotp } from './enrolment-queries'
import { newTotpValues } from './new-totp-values'
import { tooManyAuthenticators } from './problems'
import { requireBindable } from './require-bindable'
import { requirePrivileged } from './require-privileged'
import { describeTotp } from './totp'

/**
 * Begins to set up an authenticator app for the caller; it counts for nothing until a code of it is shown. Another one
 * that was begun is given up. Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`,
 * `email-unverified`, `second-factors-off`, `too-many-authenticators`.
 */
export async function beginTotp(ctx: Context, { name }: TotpEnrolment): Promise<TotpSecret> {
  const { standing, ...caller } = await requirePrivileged(ctx)
  requireBindable(ctx, standing)
  const { secret, values } = await newTotpValues(ctx, name)
  const [row] = await insertOwnTotp(ctx.db, { ...eventValues(ctx), ...caller, ...values })
  if (!row) throw sessionRevoked()
  if (row.id === null) throw tooManyAuthenticators()
  return describeTotp(ctx, secret, standing.email)
}
