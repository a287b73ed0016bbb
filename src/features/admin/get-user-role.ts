import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import type { HeldRole } from '../access/contract'
import { listUserRoles } from './list-user-roles'

/**
 * How somebody holds a role. For staff who may see roles. Throws what `requireStaff` throws, and `not-found` also for who
 * does not hold it.
 */
export async function getUserRole(ctx: Context, targetId: string, role: string): Promise<HeldRole> {
  const { items } = await listUserRoles(ctx, targetId)
  const held = items.find(({ name }) => name === role)
  if (!held) throw notFound()
  return held
}
