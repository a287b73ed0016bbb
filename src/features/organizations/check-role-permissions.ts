import type { CoreContext } from '#core/context'
import { isOrganizationPermission } from '#core/permissions'
import { invalidFields } from '#core/problems'

/** Refuses names that no role of an organization can allow. Throws `invalid-request`. @returns each name once */
export function checkRolePermissions(ctx: Pick<CoreContext, 'config'>, names: readonly string[]): string[] {
  const known = (name: string) => isOrganizationPermission(name) || ctx.config.APPLICATION_PERMISSIONS.includes(name)
  const errors = names.flatMap((name, index) =>
    known(name)
      ? []
      : [{ pointer: `/permissions/${index}`, code: 'unknown_permission', message: 'There is no such permission.' }],
  )
  if (errors.length > 0) throw invalidFields(errors)
  return [...new Set(names)].toSorted()
}
