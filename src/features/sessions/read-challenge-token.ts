import type { Context } from '#core/context'
import { readSignedToken, toUuid } from '#core/token-bytes'

/** Which log-in waits for its second factor, and whose it is. */
export interface Challenge {
  id: string
  userId: string
}

/** 16 bytes challenge, 16 bytes account, 32 bytes HMAC: garbage is refused, and the account known, before any query. */
export const challengeFormat = { prefix: 'plc_', purpose: 'log-in-challenge', claimsLength: 32 } as const

/** Reads a token that we made; undefined for anything else. Whether it is still good, its row says. */
export const readChallengeToken = async (ctx: Context, token: string): Promise<Challenge | undefined> => {
  const claims = await readSignedToken(ctx, challengeFormat, token)
  return claims && { id: toUuid(claims.subarray(0, 16).toHex()), userId: toUuid(claims.subarray(16).toHex()) }
}
