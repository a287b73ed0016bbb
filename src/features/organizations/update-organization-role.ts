import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { checkRolePermissions } from './check-role-permissions'
import { refuseRole } from './refuse-role'
import { type OrganizationRole, type OrganizationRoleChanges, toOrganizationRole } from './role-contract'
import { changeRole, findRoleRow } from './role-queries'

/**
 * Changes a role of an organization's own, for who may `roles:write`: neither what it allowed nor what it is to allow may be
 * more than they may do themselves; who is refused for that is recorded. Throws what `requireMember` throws,
 * `role-above-own`, `not-found` for a role that there is not or that is everywhere, `invalid-request`.
 */
export async function updateOrganizationRole(
  ctx: Context,
  organizationId: string,
  name: string,
  { description, permissions: names }: OrganizationRoleChanges,
): Promise<OrganizationRole> {
  const permissions = names && checkRolePermissions(ctx, names)
  return actForOrganization(ctx, organizationId, 'roles:write', async (db, acting) => {
    const [known] = await findRoleRow(db, { organizationId, name })
    if (!known) throw notFound()
    const touched = [...known.permissions, ...(permissions ?? [])]
    if (!isWithin(touched, acting.permissions)) return refuseRole(ctx, db, organizationId, { role: name })
    const values = { ...eventValues(ctx), organizationId, name, description: description ?? null }
    const [row] = await changeRole(db, { ...values, permissions: permissions ? JSON.stringify(permissions) : null })
    if (!row) throw notFound()
    return toOrganizationRole(row)
  })
}
