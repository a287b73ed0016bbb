import type { CoreContext } from '#core/context'
import { isPermission, systemRoles } from '#core/permissions'
import { invalidFields } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { insertOwnRole } from './operator-role-queries'

const roleName = /^[a-z][a-z0-9-]{0,62}[a-z0-9]$/

/**
 * Makes a role of permissions. For the operator. Throws `invalid-request` where the name or a permission is none.
 * @returns whether there was no role of the name
 */
export async function makeRole(
  ctx: CoreContext,
  { name, description, permissions }: { name: string; description: string; permissions: string[] },
): Promise<boolean> {
  const isKnown = (permission: string) =>
    isPermission(permission) || ctx.config.APPLICATION_PERMISSIONS.includes(permission)
  const unknown = permissions.filter((permission) => !isKnown(permission))
  const errors = [
    ...(roleName.test(name)
      ? []
      : [{ pointer: '/name', code: 'invalid_format', message: 'Letters, digits and dashes.' }]),
    ...unknown.map((permission) => ({
      pointer: '/permissions',
      code: 'unknown_permission',
      message: `There is no permission ${permission}.`,
    })),
  ]
  if (errors.length > 0) throw invalidFields(errors)
  if (Object.hasOwn(systemRoles, name)) return false
  const values = { ...eventValues(ctx), name, description, permissions: JSON.stringify([...new Set(permissions)]) }
  return (await insertOwnRole(ctx.db, values)).length > 0
}
