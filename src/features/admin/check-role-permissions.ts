import type { Config } from '#core/config'
import { declaredPermissions } from '#core/permissions'
import { invalidFields } from '#core/problems'

/** The permissions that a role is to have, each once and sorted. Throws `invalid-request` for one that is not declared. */
export function checkRolePermissions({ APPLICATION_PERMISSIONS }: Config, wanted: readonly string[]): string[] {
  const declared = declaredPermissions(APPLICATION_PERMISSIONS)
  const errors = wanted.flatMap((name, index) =>
    declared.includes(name)
      ? []
      : [{ pointer: `/permissions/${index}`, code: 'unknown_permission', message: 'There is no such permission.' }],
  )
  if (errors.length > 0) throw invalidFields(errors)
  return [...new Set(wanted)].toSorted()
}
