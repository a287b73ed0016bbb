import type { Context } from '#core/context'
import { allowedBySystemRoles, declaredPermissions } from '#core/permissions'
import { notFound } from '#core/problems'
import { type Role, toRole } from '../access/contract'
import { requireStaff } from './require-staff'
import { findRole } from './role-queries'
import { toSystemRole } from './to-system-role'

/** A role. For staff who may see roles. Throws what `requireStaff` throws, and `not-found`. */
export async function getRole(ctx: Context, name: string): Promise<Role> {
  await requireStaff(ctx, 'roles:read')
  const { APPLICATION_PERMISSIONS: application } = ctx.config
  const bySystem = allowedBySystemRoles(application)[name]
  if (bySystem) return toSystemRole(name, bySystem)
  const [row] = await findRole(ctx.db, { role: name })
  if (!row) throw notFound()
  return toRole(row, declaredPermissions(application))
}
