import type { Context } from '#core/context'
import { passkeyAlgorithms } from '#core/passkeys'
import { toBase64Url } from '#core/secrets'
import { uuidDigits } from '#core/token-bytes'
import { passkeySeconds } from './new-passkey-challenge'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from './passkey-contract'
import type { KnownCredential } from './passkey-queries'

const toDescriptor = ({ credentialId, transports }: KnownCredential) => ({
  id: credentialId,
  type: 'public-key' as const,
  transports,
})

/**
 * What a browser needs to use a passkey, as JSON (WebAuthn Level 3, section 5.5).
 * @param credentials that may be used; if there are none, whatever it finds
 */
export const toRequestOptions = (
  { config }: Context,
  challenge: string,
  credentials: KnownCredential[],
): PasskeyRequestOptions => ({
  challenge,
  rpId: config.WEBAUTHN_RP_ID,
  timeout: passkeySeconds * 1000,
  userVerification: 'required',
  allowCredentials: credentials.map(toDescriptor),
})

/** What it needs to make one, as JSON (section 5.4): discoverable, and without a word on its maker. */
export const toCreationOptions = (
  { config }: Context,
  challenge: string,
  user: { id: string; email: string },
  credentials: KnownCredential[],
): PasskeyCreationOptions => ({
  challenge,
  rp: { id: config.WEBAUTHN_RP_ID, name: config.APP_NAME },
  // The handle is the account's id: it says nothing of the person (section 14.6.1).
  user: { id: toBase64Url(Uint8Array.fromHex(uuidDigits(user.id))), name: user.email, displayName: user.email },
  pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
  timeout: passkeySeconds * 1000,
  excludeCredentials: credentials.map(toDescriptor),
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
})
