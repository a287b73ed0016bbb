import { defineProblem } from '#core/problem'

export const roleAboveOwn = defineProblem('role-above-own', 403, 'It allows more than you may do yourself.')
export const lastAdmin = defineProblem(
  'last-admin',
  409,
  'Nobody else would be left who holds the role “admin” as long.',
)
export const roleTaken = defineProblem('role-taken', 409, 'There is a role by this name.')
export const systemRole = defineProblem('system-role', 409, 'Roles of the system stay as they are.')
export const unknownRole = defineProblem('unknown-role', 422, 'There is no role by this name.')
