import type { Context } from '#core/context'
import { countOutcome } from '#core/outcomes'

/** How somebody begins to log in, or finishes. */
type LogInMethod = 'password' | 'email_link' | 'email_code' | 'passkey' | 'federation' | 'second_factor'

/** Lets somebody log in and counts what came of it; who has to show a second factor is `challenged`. */
export const countLogIn = <Outcome extends { kind?: 'session' | 'challenge' }>(
  { telemetry: { meter } }: Context,
  method: LogInMethod,
  work: () => Promise<Outcome>,
): Promise<Outcome> =>
  countOutcome(
    (outcome) => meter.add('auth_logins_total', { method, outcome }),
    work,
    ({ kind }) => (kind === 'challenge' ? 'challenged' : 'succeeded'),
  )
