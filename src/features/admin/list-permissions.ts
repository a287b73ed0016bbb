import type { Context } from '#core/context'
import { permissions } from '#core/permissions'
import { requireStaff } from './require-staff'
import type { PermissionList } from './role-contract'

/**
 * What roles may allow: our permissions, and those of the operator's application. For staff who may see roles.
 * Throws what `requireStaff` throws.
 */
export async function listPermissions(ctx: Context): Promise<PermissionList> {
  await requireStaff(ctx, 'roles:read')
  const own = Object.entries(permissions).map(([name, description]) => ({ name, description }))
  const others = ctx.config.APPLICATION_PERMISSIONS.map((name) => ({ name, description: null }))
  return { items: [...own, ...others] }
}
