import type { Context } from '#core/context'
import { toUser } from '../profiles/contract'
import { challengeSeconds } from '../sessions/challenge-values'
import { issueDeviceToken } from '../sessions/issue-device-token'
import { issueTokens } from '../sessions/issue-tokens'
import { writeChallengeToken } from '../sessions/write-challenge-token'
import type { LoggedInRow, LogInOutcome } from './log-in-contract'

/**
 * Answers a log-in by one factor with what its statement made of it: the tokens of a session, or the challenge for the
 * second factor. A device that was let in because it is trusted stays the device that it is.
 */
export async function finishLogIn(ctx: Context, challengeId: string, row: LoggedInRow): Promise<LogInOutcome> {
  if (row.challengeKind === null) {
    const tokens = await issueTokens(ctx, row, toUser(ctx, row))
    return { kind: 'session', tokens, deviceToken: row.trustedDeviceId ? null : await issueDeviceToken(ctx, row.id) }
  }
  const mustEnrol = row.challengeKind === 'enrolment'
  return {
    kind: 'challenge',
    answer: {
      mfaRequired: true,
      challenge: {
        token: await writeChallengeToken(ctx, { id: challengeId, userId: row.id }),
        methods: mustEnrol ? [] : row.methods,
        mustEnrol,
        expiresIn: challengeSeconds,
      },
    },
  }
}
