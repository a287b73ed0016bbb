import type { Context } from '#core/context'
import type { VerifiedPasskey } from '#core/passkeys'
import { hashToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { raiseValues } from '../sessions/raise-values'
import { bindPasskey } from './bound-passkey-queries'
import { expectedCeremony } from './expected-ceremony'
import { newCodeValues } from './new-code-values'
import { type Attestation, type PasskeyRegistration, type RegisteredPasskey, toPasskey } from './passkey-contract'
import { takeRegisterChallenge } from './passkey-queries'
import { invalidPasskey, passkeyTaken, tooManyAuthenticators } from './problems'
import { readChallenge } from './read-challenge'
import { requireBindable } from './require-bindable'
import { type PrivilegedCaller, requirePrivileged } from './require-privileged'

/** How many passkeys an account may have. */
const mostPasskeys = 20

/** What browsers call them (WebAuthn Level 3, section 5.8.4); others are forgotten. */
const knownTransports = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']

const verify = async (
  ctx: Context,
  { userId, sessionId }: PrivilegedCaller,
  response: Attestation,
): Promise<VerifiedPasskey> => {
  const challenge = readChallenge(response)
  if (challenge === undefined) throw invalidPasskey()
  const values = { userId, sessionId, challengeHash: await hashToken(challenge), now: ctx.clock.now() }
  const [taken] = await takeRegisterChallenge(ctx.db, values)
  if (!taken) throw invalidPasskey()
  const verified = await ctx.passkeys.verifyAttestation(response, expectedCeremony(ctx, challenge))
  if (!verified) throw invalidPasskey()
  return verified
}

/**
 * Binds the passkey that the caller's browser made: it logs in, and is a second factor. The challenge must be the one that
 * their session was given, and works once. The session is `aal2` from now on. Whoever has no recovery codes gets some.
 * Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `email-unverified`,
 * `second-factors-off`, `invalid-passkey`, `passkey-taken`, `too-many-authenticators`, `passkey-check-unavailable`.
 */
export async function registerPasskey(
  ctx: Context,
  { name = 'Passkey', response }: PasskeyRegistration,
): Promise<RegisteredPasskey> {
  const caller = await requirePrivileged(ctx)
  requireBindable(ctx, caller.standing)
  const verified = await verify(ctx, caller, response)
  const { userId, sessionId, freshAfter } = caller
  const { codes, values } = await newCodeValues(ctx, userId)
  const passkeyId = ctx.ids.next()
  const transports = (response.response.transports ?? []).filter((transport) => knownTransports.includes(transport))
  const [row] = await bindPasskey(ctx.db, {
    ...eventValues(ctx),
    ...values,
    ...raiseValues(ctx.config, {
      amr: [verified.isBackupEligible ? 'swk' : 'hwk', 'user', 'mfa'],
      acr: 'aal2',
      secondFactorId: passkeyId,
    }),
    ...verified,
    userId,
    sessionId,
    freshAfter,
    passkeyId,
    name,
    transports: JSON.stringify(transports),
    most: mostPasskeys,
    noticeJobId: ctx.ids.next(),
  })
  if (!row) {
    await requirePrivileged(ctx)
    throw tooManyAuthenticators()
  }
  if (row.id === null) throw passkeyTaken()
  ctx.pokeJobs()
  return { passkey: toPasskey(row), recoveryCodes: row.isFirst ? codes : null }
}
