import type { Context } from '#core/context'
import type { RelatedOrigins } from './passkey-contract'

/** Whose pages may use passkeys of this domain (WebAuthn Level 3, section 5.11). */
export const getRelatedOrigins = ({ config }: Context): RelatedOrigins => ({ origins: config.WEBAUTHN_ORIGINS })
