/** EdDSA, ES256, RS256 (RFC 9053), in our order of preference: on every runtime the same. */
export const passkeyAlgorithms = [-8, -7, -257]

/** What a browser gave for a passkey that it made, as bytes in base64url. */
export interface AttestationResponse {
  id: string
  rawId: string
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

/** What a browser gave for one that it used. */
export interface AssertionResponse {
  id: string
  rawId: string
  response: {
    clientDataJSON: string
    authenticatorData: string
    signature: string
    userHandle?: string | null | undefined
  }
}

/** What a ceremony of WebAuthn must have been about. */
export interface ExpectedCeremony {
  challenge: string
  origins: string[]
  relyingPartyId: string
}

/** A passkey as its authenticator describes it. */
export type VerifiedPasskey = {
  /** base64url */
  credentialId: string
  /** COSE, base64url */
  publicKey: string
  counter: number
  aaguid: string
  isBackupEligible: boolean
  isBackedUp: boolean
}

/** What a passkey that was used says of itself. */
export interface VerifiedUse {
  counter: number
  isBackupEligible: boolean
  isBackedUp: boolean
}

/**
 * Checks passkeys by WebAuthn Level 3, sections 7.1 and 7.2, with user verification; whether a counter went back is the
 * caller's part. Undefined: it is not acceptable. Throws `passkey-check-unavailable`.
 */
export interface PasskeyVerifier {
  verifyAttestation(response: AttestationResponse, expected: ExpectedCeremony): Promise<VerifiedPasskey | undefined>
  /** @param publicKey of the credential that `response` names, as it was registered */
  verifyAssertion(
    response: AssertionResponse,
    expected: ExpectedCeremony,
    publicKey: string,
  ): Promise<VerifiedUse | undefined>
}
