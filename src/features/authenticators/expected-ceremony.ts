import type { Context } from '#core/context'
import type { ExpectedCeremony } from '#core/passkeys'

/** What a browser must have signed for us. */
export const expectedCeremony = ({ config }: Context, challenge: string): ExpectedCeremony => ({
  challenge,
  origins: config.WEBAUTHN_ORIGINS,
  relyingPartyId: config.WEBAUTHN_RP_ID,
})
