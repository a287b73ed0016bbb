import type { KeyDoor } from '../api-keys/contract'
import { requirePrivileged } from '../authenticators/require-privileged'
import { requireMember } from './require-member'

/** Whose keys: an organization's own, or those of one of its service accounts. */
interface KeyPlace {
  id?: string
  serviceAccountId?: string
}

/**
 * A member, or a key, of an organization that may do something with its keys. Who makes or changes one, and is a person,
 * shows again that it is them. Throws what `requireMember` and `requirePrivileged` throw.
 */
export const requireOrganizationKeys =
  ({ id = '', serviceAccountId }: KeyPlace): KeyDoor =>
  async (ctx, act) => {
    const { userId, permissions } = await requireMember(ctx, id, act === 'read' ? 'api-keys:read' : 'api-keys:write')
    if (userId !== null && (act === 'create' || act === 'change')) await requirePrivileged(ctx)
    return {
      kind: serviceAccountId === undefined ? 'organization' : 'service-account',
      userId: null,
      sessionId: null,
      freshAfter: null,
      organizationId: id,
      serviceAccountId: serviceAccountId ?? null,
      makerId: userId,
      permissions,
    }
  }
