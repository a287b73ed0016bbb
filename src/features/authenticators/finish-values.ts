import type { Context } from '#core/context'
import { secondFactorPolicy } from '../access/second-factor-policy'
import { eventValues } from '../audit/event-values'
import { toUser, type UserRow } from '../profiles/contract'
import type { SessionState } from '../sessions/contract'
import { issueDeviceToken } from '../sessions/issue-device-token'
import { issueTokens } from '../sessions/issue-tokens'
import { addSeconds, newSession } from '../sessions/new-session'
import type { Challenge } from '../sessions/read-challenge-token'
import type { LogInOutcome } from './log-in-contract'
import type { FinishValues } from './second-factor-queries'

/** A log-in that is finished. */
export type Finished = Extract<LogInOutcome, { kind: 'session' }>

/** What every way to finish a log-in writes. */
export const finishValues = (
  ctx: Context,
  { id, userId }: Challenge,
  authentication: { amr: string[]; secondFactorId: string | null; trustDevice: boolean | undefined },
): FinishValues => {
  const event = eventValues(ctx)
  const { amr, secondFactorId, trustDevice } = authentication
  const trustSeconds = ctx.config.TRUSTED_DEVICE_SECONDS
  return {
    ...event,
    ...newSession(ctx, event.now, { amr: [...new Set(amr)], acr: 'aal2', secondFactorId }),
    ...secondFactorPolicy(ctx.config),
    challengeId: id,
    userId,
    jobId: ctx.ids.next(),
    newDeviceId: ctx.ids.next(),
    trustedUntil: trustDevice && trustSeconds > 0 ? addSeconds(event.now, trustSeconds) : null,
    openedEventId: ctx.ids.next(),
  }
}

/** The tokens of a log-in that is finished; the device is known from now on, and trusted if that was asked for. */
export const toFinished = async (ctx: Context, row: UserRow & SessionState, deviceId: string): Promise<Finished> => ({
  kind: 'session',
  tokens: await issueTokens(ctx, row, toUser(ctx, row)),
  deviceToken: await issueDeviceToken(ctx, row.userId, deviceId),
})
