import { permissionOf } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import { permissionsOf } from '#core/permissions'
import type { OperationRow } from './operation-contract'
import { findAccessNow } from './user-queries'

/**
 * What whoever asked for an operation may do now; undefined when that is not this any more, or no door is open to them. The
 * operator may do everything.
 */
export async function findOwnPermissions(
  ctx: JobContext,
  { kind, requestedBy }: OperationRow,
): Promise<string[] | 'all' | undefined> {
  if (requestedBy === null) return 'all'
  const [found] = await findAccessNow(ctx.db, { userId: requestedBy, now: ctx.clock.now() })
  const own = found && permissionsOf(found.access.roles, found.access.permissions, ctx.config.APPLICATION_PERMISSIONS)
  return own?.includes(permissionOf[kind]) ? own : undefined
}
