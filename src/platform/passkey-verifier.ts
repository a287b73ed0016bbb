import type { PasskeyVerifier } from '#core/passkeys'
import { fromBase64Url, toBase64Url } from '#core/secrets'

/** It weighs more than all the rest of us, so it is evaluated at the first passkey. */
const library = () => import('@simplewebauthn/server')

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
    const { verifyRegistrationResponse } = await library()
    const { clientDataJSON, attestationObject } = response
    return unlessRefused(async () => {
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
      })
      if (!verified) return undefined
      const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
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
    const { verifyAuthenticationResponse } = await library()
    const { clientDataJSON, authenticatorData, signature } = response
    return unlessRefused(async () => {
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
      const { newCounter, credentialBackedUp } = authenticationInfo
      return verified ? { counter: newCounter, isBackedUp: credentialBackedUp } : undefined
    })
  },
})
