import type { Context } from '#core/context'
import { signToken, uuidDigits } from '#core/token-bytes'
import { type Challenge, challengeFormat } from './read-challenge-token'

/** What is given to who has shown one factor. It opens no route but those that take the second. */
export const writeChallengeToken = (ctx: Context, { id, userId }: Challenge): Promise<string> =>
  signToken(ctx, challengeFormat, Uint8Array.fromHex(uuidDigits(id) + uuidDigits(userId)))
