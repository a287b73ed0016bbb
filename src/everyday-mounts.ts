import { createRouter } from '#http/router'
import type { Mount } from './compose-app'
import { proofs } from './features/accounts/passkey-routes'
import { recovery } from './features/accounts/recovery-routes'
import { accounts } from './features/accounts/routes'
import { machines } from './features/api-keys/machine-routes'
import { verification } from './features/api-keys/verification-routes'
import { relatedOrigins, secondFactors } from './features/authenticators/log-in-routes'
import { authenticators } from './features/authenticators/routes'
import { closing } from './features/data-rights/closing-routes'
import { mailbox, webhooks } from './features/notifications/routes'
import { health, internal } from './features/operations/routes'
import { activeOrganization } from './features/organizations/switch-routes'
import { avatars } from './features/profiles/avatar-routes'
import { preferences } from './features/profiles/preference-routes'
import { people } from './features/profiles/public-routes'
import { profiles } from './features/profiles/routes'
import { terms } from './features/profiles/terms-routes'
import { ownAccess } from './features/sessions/access-routes'
import { keySet, sessions } from './features/sessions/routes'
import { trustedDevices } from './features/sessions/trusted-device-routes'

const root = createRouter().get('/', (c) => c.redirect('/docs'))

/** All routes but those of src/annex-mounts.ts. */
export const everydayMounts: Mount[] = [
  ['/v1', accounts],
  ['/v1', recovery],
  ['/v1', proofs],
  ['/v1', sessions],
  ['/v1', trustedDevices],
  ['/v1', secondFactors],
  ['/v1', authenticators],
  ['/v1', profiles],
  ['/v1', people],
  ['/v1', preferences],
  ['/v1', terms],
  ['/v1', avatars],
  ['/v1', closing],
  ['/v1', activeOrganization],
  ['/v1', webhooks],
  ['/.well-known', keySet],
  ['/.well-known', relatedOrigins],
  ['/health', health],
  ['/internal', internal],
  ['/dev', mailbox],
  ['/', root],
  ['/v1', ownAccess],
  ['/v1', verification],
  ['/v1', machines],
]
