import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import type { Problem } from '#core/problem'
import { invalidFields } from '#core/problems'
import type { Database } from '#db/database'
import { findRolePermissions } from './find-role-permissions'
import { refuseRole } from './refuse-role'
import type { Member } from './require-member'

/**
 * Finds out why people can't join as a role: there is no such role, it is the owner's or, which is recorded, it allows what the
 * caller may not do. In a transaction of the organization. @returns the problem to refuse it with, if there is one
 */
export async function checkAutoJoinRole(
  ctx: Context,
  db: Database,
  organizationId: string,
  { permissions, role }: { permissions: Member['permissions']; role: string | null },
): Promise<Problem | undefined> {
  if (role === null) return undefined
  const allowed = role === 'owner' ? undefined : await findRolePermissions(ctx, db, organizationId, role)
  if (allowed === undefined) {
    const message = 'Name a role that there is, but not the owner’s.'
    return invalidFields([{ pointer: '/autoJoinRole', code: 'unknown_role', message }])
  }
  return isWithin(allowed, permissions) ? undefined : refuseRole(ctx, db, organizationId, { role })
}
