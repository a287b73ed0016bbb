import type { Context } from '#core/context'
import { addSeconds } from './new-session'

/** How long the second factor may take. */
export const challengeSeconds = 300

/** What a statement with an `openChallenge` in it needs beside the event's values. */
export type ChallengeValues = {
  challengeId: string
  challengeExpiresAt: Date
  transport: 'bearer' | 'cookie'
}

/** The values of a challenge that starts at `now`. */
export const challengeValues = (ctx: Context, now: Date, transport: 'bearer' | 'cookie'): ChallengeValues => ({
  challengeId: ctx.ids.next(),
  challengeExpiresAt: addSeconds(now, challengeSeconds),
  transport,
})
