import type { KeyDoor } from '../api-keys/contract'
import { requireStaff } from './require-staff'

/** Staff who may do something with the keys of the platform's service accounts. Throws what `requireStaff` throws. */
export const requirePlatformKeys =
  ({ serviceAccountId = '' }: { serviceAccountId?: string }): KeyDoor =>
  async (ctx, act) => {
    const isFresh = act === 'create' || act === 'change'
    const permission = act === 'read' ? 'service-accounts:read' : 'service-accounts:write'
    const { userId, permissions } = await requireStaff(ctx, permission, { isFresh })
    return {
      kind: 'service-account',
      userId: null,
      sessionId: null,
      freshAfter: null,
      organizationId: null,
      serviceAccountId,
      makerId: userId,
      permissions,
    }
  }
