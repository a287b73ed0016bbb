import type { Context } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { addSeconds } from '../sessions/new-session'

/** How long somebody may take for the dialogs of a browser. */
export const passkeySeconds = 300

/** A challenge for a browser to sign, and what is stored of it. */
export const newPasskeyChallenge = async (ctx: Context) => {
  const challenge = newToken(ctx)
  const now = ctx.clock.now()
  return {
    challenge,
    values: { challengeHash: await hashToken(challenge), challengeExpiresAt: addSeconds(now, passkeySeconds), now },
  }
}
