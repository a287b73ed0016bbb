import type { AccountDoor } from '../api-keys/contract'
import { requirePrivileged } from '../authenticators/require-privileged'
import { requireMember } from './require-member'

/** The same as `requireOrganizationKeys` for the service accounts of an organization. */
export const requireOrganizationAccounts =
  ({ id = '' }: { id?: string }): AccountDoor =>
  async (ctx, act) => {
    const { userId, permissions } = await requireMember(ctx, id, act === 'read' ? 'api-keys:read' : 'api-keys:write')
    if (userId !== null && act === 'write') await requirePrivileged(ctx)
    return { organizationId: id, makerId: userId, permissions }
  }
