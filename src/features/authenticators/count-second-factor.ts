import type { Context } from '#core/context'
import { countOutcome } from '#core/outcomes'
import type { Method } from './log-in-contract'

/** Lets somebody show a second factor and counts what came of it. */
export const countSecondFactor = <T>(
  { telemetry: { meter } }: Context,
  method: Method,
  work: () => Promise<T>,
): Promise<T> => countOutcome((outcome) => meter.add('auth_mfa_total', { method, outcome }), work)
