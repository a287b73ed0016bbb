import type { Context } from '#core/context'
import { lockedOut } from '#core/problem'
import { eventValues } from '../audit/event-values'
import { delayAfter } from '../sessions/delay-after'
import { noteLockout } from '../sessions/note-lockout'
import type { ShownValues } from './factor-values'
import type { Method } from './log-in-contract'
import { recordRegress } from './passkey-queries'
import { invalidCode, invalidPasskey, secondFactorLocked } from './problems'
import type { Attempts } from './second-factor-queries'

/** Who showed what. */
interface Refused {
  method: Method
  userId: string
  shown: Partial<ShownValues>
}

const secondsUntil = (end: Date, now: Date) => Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000))

/**
 * Refuses a second factor; the more were wrong before, the later. Who may be told how it stands has shown the first one.
 * A code's answer says what time it is here, since a clock that is wrong is the usual reason.
 * Throws `invalid-code`, `invalid-passkey`, `second-factor-locked`.
 */
export async function refuseFactor(
  ctx: Context,
  { method, userId, shown }: Refused,
  attempts: Attempts,
): Promise<never> {
  const now = ctx.clock.now()
  if (method === 'passkey') {
    const { factorId: passkeyId, counter } = shown
    if (passkeyId && counter != null) {
      await recordRegress(ctx.db, { ...eventValues(ctx), userId, passkeyId, counter })
    }
    throw invalidPasskey()
  }
  noteLockout(ctx, attempts.failures, 'second_factor')
  await delayAfter(ctx, attempts.failures)
  if (attempts.lockedUntil && attempts.failures > ctx.config.LOCKOUT_FAILURES) {
    throw secondFactorLocked(lockedOut('second-factor', secondsUntil(attempts.lockedUntil, now)))
  }
  throw invalidCode({ extensions: { serverTime: now.toISOString() } })
}
