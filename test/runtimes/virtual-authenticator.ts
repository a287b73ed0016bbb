import type { CDPSession, Page } from 'playwright-core'

/** An authenticator that lives in Chromium, as a laptop's own would (CDP's domain WebAuthn). */
export interface VirtualAuthenticator {
  /** Whether the person shows who they are (their finger, their PIN). */
  setUserVerified(isUserVerified: boolean): Promise<void>
  /** Makes its passkeys count from `signCount` again, as a copy from an older day would. */
  setCounter(signCount: number): Promise<void>
  /** How many passkeys it has. */
  countPasskeys(): Promise<number>
}

/** Gives a page an authenticator that keeps discoverable passkeys and always finds its person present and verified. */
export const addAuthenticator = async (page: Page): Promise<VirtualAuthenticator> => {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const list = async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials
  return {
    setUserVerified: async (isUserVerified) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    setCounter: async (signCount) => {
      const credentials = await list()
      await session.send('WebAuthn.clearCredentials', { authenticatorId })
      for (const credential of credentials) {
        await session.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount } })
      }
    },
    countPasskeys: async () => (await list()).length,
  }
}
