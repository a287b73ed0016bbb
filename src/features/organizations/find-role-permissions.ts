import type { CoreContext } from '#core/context'
import type { Database } from '#db/database'
import { allowedBy, isSystemRole } from './role-contract'
import { findRoleRow } from './role-queries'

/** What a role of an organization allows; undefined if there is none. In a transaction of the organization. */
export async function findRolePermissions(
  ctx: Pick<CoreContext, 'config'>,
  db: Database,
  organizationId: string,
  name: string,
): Promise<string[] | undefined> {
  const { APPLICATION_PERMISSIONS } = ctx.config
  if (isSystemRole(name)) return allowedBy(name, [], APPLICATION_PERMISSIONS)
  const [row] = await findRoleRow(db, { organizationId, name })
  return row && allowedBy(name, row.permissions, APPLICATION_PERMISSIONS)
}
