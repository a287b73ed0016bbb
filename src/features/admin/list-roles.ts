import type { Context } from '#core/context'
import { allowedBySystemRoles, declaredPermissions } from '#core/permissions'
import { type Role, toRole } from '../access/contract'
import { requireStaff } from './require-staff'
import type { RolePage, RoleQuery } from './role-contract'
import { listRoleRows } from './role-queries'
import { toSystemRole } from './to-system-role'

const byName = (a: Role, b: Role): number => (a.name < b.name ? -1 : 1)

/** The roles by name, those of the system among them. For staff who may see roles. Throws what `requireStaff` throws. */
export async function listRoles(ctx: Context, { limit, cursor = '' }: RoleQuery): Promise<RolePage> {
  await requireStaff(ctx, 'roles:read')
  const { APPLICATION_PERMISSIONS: application } = ctx.config
  const declared = declaredPermissions(application)
  const rows = await listRoleRows(ctx.db, { after: cursor, limit: limit + 1 })
  const system = Object.entries(allowedBySystemRoles(application)).filter(([name]) => name > cursor)
  const all = [...rows.map((row) => toRole(row, declared)), ...system.map((entry) => toSystemRole(...entry))]
  const items = all.toSorted(byName).slice(0, limit)
  return { items, nextCursor: all.length > limit ? (items.at(-1)?.name ?? null) : null }
}
