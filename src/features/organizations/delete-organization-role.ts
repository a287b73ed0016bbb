import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { roleInUse } from './problems'
import { refuseRole } from './refuse-role'
import { deleteUnusedRole, findRoleRow } from './role-queries'

/**
 * Deletes a role of an organization's own that nobody has or is to get, for who may `roles:write` and what it allows; who is
 * refused for that is recorded. Throws what `requireMember` throws, `role-above-own`, `role-in-use`, `not-found` for a role
 * that there is not or that is everywhere.
 */
export async function deleteOrganizationRole(ctx: Context, organizationId: string, name: string): Promise<void> {
  await actForOrganization(ctx, organizationId, 'roles:write', async (db, acting) => {
    const [known] = await findRoleRow(db, { organizationId, name })
    if (!known) throw notFound()
    if (!isWithin(known.permissions, acting.permissions)) return refuseRole(ctx, db, organizationId, { role: name })
    const [gone] = await deleteUnusedRole(db, { ...eventValues(ctx), organizationId, name })
    if (!gone) throw roleInUse()
    return gone
  })
}
