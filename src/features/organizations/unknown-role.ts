import type { Problem } from '#core/problem'
import { invalidFields } from '#core/problems'

/** An `invalid-request` for a role that the organization does not have. */
export const unknownRole = (): Problem =>
  invalidFields([{ pointer: '/role', code: 'unknown_role', message: 'Name a role that there is.' }])
