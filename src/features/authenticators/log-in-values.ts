import type { Context } from '#core/context'
import { type SecondFactorPolicy, secondFactorPolicy } from '../access/second-factor-policy'
import { type EventValues, eventValues } from '../audit/event-values'
import { type ChallengeValues, challengeValues } from '../sessions/challenge-values'
import { type LockoutValues, lockoutValues } from '../sessions/lockout-values'
import { newSession, type SessionValues } from '../sessions/new-session'

/** What a statement with a `letIn` in it needs. */
export type LogInValues = EventValues &
  SessionValues &
  ChallengeValues &
  LockoutValues &
  SecondFactorPolicy & { jobId: string; challengedEventId: string; graceSeconds: number; trustSeconds: number }

/**
 * The values of a log-in by one factor: of the session that it opens, or of the challenge.
 * @param amr how that factor was shown (RFC 8176)
 */
export const logInValues = async (
  ctx: Context,
  amr: string[],
  transport: 'bearer' | 'cookie' = 'bearer',
): Promise<LogInValues> => {
  const event = eventValues(ctx)
  return {
    ...event,
    ...newSession(ctx, event.now, { amr, acr: 'aal1' }),
    ...challengeValues(ctx, event.now, transport),
    ...(await lockoutValues(ctx)),
    ...secondFactorPolicy(ctx.config),
    jobId: ctx.ids.next(),
    challengedEventId: ctx.ids.next(),
    graceSeconds: ctx.config.MFA_GRACE_SECONDS,
    trustSeconds: ctx.config.TRUSTED_DEVICE_SECONDS,
  }
}
