import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { RecoveryCodes } from './contract'
import { replaceCodes } from './enrolment-queries'
import { newCodeValues } from './new-code-values'
import { requirePrivileged } from './require-privileged'

/**
 * Makes ten recovery codes for the caller, in place of those before. Only who has a second factor can have lost it: all
 * others get `not-found`. Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `not-found`.
 */
export async function makeRecoveryCodes(ctx: Context): Promise<RecoveryCodes & { recoveryCodes: string[] }> {
  const { standing: _, ...caller } = await requirePrivileged(ctx)
  const { codes, values } = await newCodeValues(ctx, caller.userId)
  const [row] = await replaceCodes(ctx.db, {
    ...eventValues(ctx),
    ...caller,
    ...values,
    noticeJobId: ctx.ids.next(),
  })
  if (!row) throw notFound()
  ctx.pokeJobs()
  return { recoveryCodes: codes }
}
