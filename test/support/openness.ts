import type { OrganizationPermission, Permission } from '#core/permissions'

/** Any of the five is enough: each shows the operations of its kind. */
export const anyBulk = 'staff users:import|users:export|users:update|users:delete|audit:export'

/**
 * What a route asks of its caller: nothing, a session, a role that allows something, to be of an organization and allowed
 * something there, or an API key.
 */
export type Openness =
  | 'public'
  | 'signed-in'
  | `staff ${Permission}`
  | typeof anyBulk
  | 'member'
  | `member ${OrganizationPermission}`
  | 'key'
