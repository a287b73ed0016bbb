import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { toHeldRole } from '../access/contract'
import { listRolesHeldBy } from './assignment-queries'
import { requireStaff } from './require-staff'
import type { HeldRoleList } from './role-contract'

/** The roles that somebody holds. For staff who may see roles. Throws what `requireStaff` throws, and `not-found`. */
export async function listUserRoles(ctx: Context, targetId: string): Promise<HeldRoleList> {
  await requireStaff(ctx, 'roles:read')
  const rows = await listRolesHeldBy(ctx.db, { targetId, now: ctx.clock.now() })
  if (rows.length === 0) throw notFound()
  return { items: rows.filter((row) => row.name !== null).map(toHeldRole) }
}
