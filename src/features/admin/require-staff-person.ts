import type { Context } from '#core/context'
import type { Permission } from '#core/permissions'
import { missingPermission } from '#core/problems'
import { requireStaff, type Staff } from './require-staff'

/** Somebody of the staff who is a person. */
export interface StaffPerson extends Staff {
  userId: string
  sessionId: string
}

/**
 * A person of the staff, and no program: for what a program may not do, whatever its key says. Throws what `requireStaff`
 * throws.
 * @param isFresh whether they must have shown a moment ago that it is them
 */
export async function requireStaffPerson(
  ctx: Context,
  permission: Permission,
  { isFresh = false } = {},
): Promise<StaffPerson> {
  const { userId, sessionId, permissions } = await requireStaff(ctx, permission, { isFresh })
  if (userId === null || sessionId === null) throw missingPermission()
  return { userId, sessionId, permissions }
}
