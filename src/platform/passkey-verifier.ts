import { type PasskeyVerifier, passkeyAlgorithms } from '#core/passkeys'
import { fromBase64Url, toBase64Url } from '#core/secrets'

/** It weighs more than all the rest of us, so it is evaluated at the first passkey. */
const library = async () => ({
  ...(await import('@simplewebauthn/server')),
  ...(await import('@simplewebauthn/server/helpers')),
})

/** WebAuthn Level 3, sections 4 and 7.1, step 25. */
const idBytes = { least: 16, most: 1023 }

/** Pages in frames of other sites are none of ours: a person could not see where they are. */
const isInFrame = (clientData: object): boolean => 'topOrigin' in clientData || Reflect.get(clientData, 'crossOrigin')

/**
 * We ask for no attestation, so there is none, or a signature by the passkey itself. All others bring certificates, whose
 * check would fetch what these say.
 */
const bringsCertificates = (format: string, statement: { get(key: 'x5c'): unknown }): boolean =>
  format !== 'none' && (format !== 'packed' || statement.get('x5c') !== undefined)

/** What it throws says what a browser or an authenticator got wrong; to the caller each is the same. */
const unlessRefused = async <Result>(work: () => Promise<Result | undefined>): Promise<Result | undefined> => {
  try {
    return await work()
  } catch {
    return undefined
  }
}

/** Checks passkeys in this process or isolate. */
export const createPasskeyVerifier = (): PasskeyVerifier => ({
  verifyAttestation: async ({ id, rawId, response }, { challenge, origins, relyingPartyId }) => {
    const { verifyRegistrationResponse, decodeAttestationObject, decodeClientDataJSON } = await library()
    const { clientDataJSON, attestationObject } = response
    return unlessRefused(async () => {
      const attestation = decodeAttestationObject(fromBase64Url(attestationObject))
      if (bringsCertificates(attestation.get('fmt'), attestation.get('attStmt'))) return undefined
      if (isInFrame(decodeClientDataJSON(clientDataJSON))) return undefined
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          id,
          rawId,
          type: 'public-key',
          response: { clientDataJSON, attestationObject },
          clientExtensionResults: {},
        },
        expectedChallenge: challenge,
        expectedOrigin: origins,
        expectedRPID: relyingPartyId,
        requireUserVerification: true,
        supportedAlgorithmIDs: passkeyAlgorithms,
      })
      if (!verified) return undefined
      const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
      const { length } = fromBase64Url(credential.id)
      if (length < idBytes.least || length > idBytes.most) return undefined
      return {
        credentialId: credential.id,
        publicKey: toBase64Url(credential.publicKey),
        counter: credential.counter,
        aaguid,
        isBackupEligible: credentialDeviceType === 'multiDevice',
        isBackedUp: credentialBackedUp,
      }
    })
  },

  verifyAssertion: async ({ id, rawId, response }, { challenge, origins, relyingPartyId }, publicKey) => {
    const { verifyAuthenticationResponse, decodeClientDataJSON } = await library()
    const { clientDataJSON, authenticatorData, signature } = response
    return unlessRefused(async () => {
      if (isInFrame(decodeClientDataJSON(clientDataJSON))) return undefined
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: {
          id,
          rawId,
          type: 'public-key',
          response: { clientDataJSON, authenticatorData, signature },
          clientExtensionResults: {},
        },
        expectedChallenge: challenge,
        expectedOrigin: origins,
        expectedRPID: relyingPartyId,
        requireUserVerification: true,
        // With 0 it looks at no counter: ours is compared where it is stored.
        credential: { id, publicKey: fromBase64Url(publicKey), counter: 0 },
      })
      const { newCounter, credentialBackedUp, credentialDeviceType } = authenticationInfo
      const isBackupEligible = credentialDeviceType === 'multiDevice'
      return verified ? { counter: newCounter, isBackupEligible, isBackedUp: credentialBackedUp } : undefined
    })
  },
})
