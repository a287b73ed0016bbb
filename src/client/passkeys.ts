/** The options of a server as JSON, for a browser that makes a passkey or uses one. */
type CreationOptions = Parameters<typeof PublicKeyCredential.parseCreationOptionsFromJSON>[0]
type RequestOptions = Parameters<typeof PublicKeyCredential.parseRequestOptionsFromJSON>[0]

/** What to send back: JSON, as the routes of passkeys take it. */
interface CredentialJson {
  id: string
  rawId: string
  type: 'public-key'
  authenticatorAttachment?: 'platform' | 'cross-platform' | null
}

export interface AttestationJson extends CredentialJson {
  response: { clientDataJSON: string; attestationObject: string; authenticatorData?: string; transports?: string[] }
}

export interface AssertionJson extends CredentialJson {
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | null }
}

const toJson = <Json>(credential: Credential | null): Json => {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('No passkey was chosen.', 'NotAllowedError')
  // Its shape is WebAuthn's: of an attestation after `create`, of an assertion after `get`.
  return credential.toJSON() as Json
}

/**
 * Lets the person make a passkey in the browser's dialog. Throws the browser's `DOMException` when they don't.
 * @param options the answer of `POST /v1/me/passkeys/options`
 * @returns the `response` of `POST /v1/me/passkeys`
 */
export const createPasskey = async (options: CreationOptions): Promise<AttestationJson> =>
  toJson(await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }))

/**
 * Lets the person use a passkey. Throws the browser's `DOMException` when they don't.
 * @param options the answer of `/v1/auth/passkey/options` or `/v1/auth/step-up/options`
 * @param mediation `conditional` offers it in the autofill of a field with `autocomplete="username webauthn"`, and waits
 * @param signal ends the waiting
 * @returns the `response` of the route that takes it
 */
export const usePasskey = async (
  options: RequestOptions,
  { mediation, signal }: { mediation?: CredentialMediationRequirement; signal?: AbortSignal } = {},
): Promise<AssertionJson> =>
  toJson(
    await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      ...(mediation && { mediation }),
      ...(signal && { signal }),
    }),
  )
