import type { Context } from '#core/context'
import { missingPermission } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { actForOrganization } from './act-for-organization'
import { deleteOrganizationRow } from './organization-queries'
import { requireMember } from './require-member'

/**
 * Deletes an organization with its members, roles, teams, invitations, domains and keys: its owner may, who showed a moment
 * ago that it is them. Throws what `requireMember` and `requirePrivileged` throw.
 */
export async function deleteOrganization(ctx: Context, organizationId: string): Promise<void> {
  const { role } = await requireMember(ctx, organizationId, null)
  if (role !== 'owner') throw missingPermission()
  await requirePrivileged(ctx)
  await actForOrganization(ctx, organizationId, null, async (db, acting) => {
    if (acting.role !== 'owner') throw missingPermission()
    return deleteOrganizationRow(db, { ...eventValues(ctx), organizationId })
  })
}
