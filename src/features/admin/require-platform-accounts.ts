import type { AccountDoor } from '../api-keys/contract'
import { requireStaff } from './require-staff'

/** Staff who may do something with the platform's service accounts. Throws what `requireStaff` throws. */
export const requirePlatformAccounts: AccountDoor = async (ctx, act) => {
  const permission = act === 'read' ? 'service-accounts:read' : 'service-accounts:write'
  const { userId, permissions } = await requireStaff(ctx, permission, { isFresh: act === 'write' })
  return { organizationId: null, makerId: userId, permissions }
}
