import type { Context } from '#core/context'
import { fromBase64Url, hashToken } from '#core/secrets'
import { uuidDigits } from '#core/token-bytes'
import { expectedCeremony } from './expected-ceremony'
import type { Assertion } from './passkey-contract'
import { type PresentedPasskey, takePasskey } from './passkey-queries'
import { readChallenge } from './read-challenge'

/** What a challenge was issued for. */
export interface ChallengeFor {
  purpose: 'log-in' | 'second-factor' | 'step-up'
  /** Null where the passkey is to say it. */
  userId: string | null
  /** The session that asked, or the log-in that waits. */
  boundTo: string | null
}

export interface AcceptedPasskey extends PresentedPasskey {
  counter: number
  isBackedUp: boolean
  /** RFC 8176: whether its key is bound to one piece of hardware. */
  amr: 'hwk' | 'swk'
}

/** Whose it is, a passkey says where nobody else does (WebAuthn Level 3, section 7.2, step 6); what it says must be true. */
const namesOwner = (
  { response }: Assertion,
  purpose: ChallengeFor['purpose'],
  { userId }: PresentedPasskey,
): boolean => {
  if (!response.userHandle) return purpose !== 'log-in'
  try {
    return fromBase64Url(response.userHandle).toHex() === uuidDigits(userId)
  } catch {
    return false
  }
}

/**
 * Checks a passkey that was used: the challenge is one of ours, for this purpose, account and session or log-in, and is
 * used up by this; the signature, the origin, the relying party and the verification of the user are right. Undefined if
 * not. The counter is left to the statement that uses it. Throws `passkey-check-unavailable`.
 */
export async function checkAssertion(
  ctx: Context,
  assertion: Assertion,
  { purpose, userId, boundTo }: ChallengeFor,
): Promise<AcceptedPasskey | undefined> {
  const challenge = readChallenge(assertion)
  if (challenge === undefined) return undefined
  const [passkey] = await takePasskey(ctx.db, {
    challengeHash: await hashToken(challenge),
    purpose,
    userId,
    boundTo,
    credentialId: assertion.id,
    now: ctx.clock.now(),
  })
  if (!passkey || !namesOwner(assertion, purpose, passkey)) return undefined
  const used = await ctx.passkeys.verifyAssertion(assertion, expectedCeremony(ctx, challenge), passkey.publicKey)
  // Whether it may be on several devices is settled when it is made.
  if (used?.isBackupEligible !== passkey.isBackupEligible) return undefined
  return { ...passkey, ...used, amr: passkey.isBackupEligible ? 'swk' : 'hwk' }
}
