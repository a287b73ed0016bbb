import type { Context } from '#core/context'
import type { Problem } from '#core/problem'
import type { Database } from '#db/database'
import { roleAboveOwn } from '../access/problems'
import { eventValues } from '../audit/event-values'
import { recordRoleRefusal } from './member-queries'

/**
 * Records that somebody wanted to give or change more than they may do themselves, and gives the problem to refuse it with.
 * @param userId whom it would have happened to, where that is somebody
 */
export async function refuseRole(
  ctx: Context,
  db: Database,
  organizationId: string,
  { userId = null, role }: { userId?: string | null; role: string },
): Promise<Problem> {
  await recordRoleRefusal(db, { ...eventValues(ctx), organizationId, userId, role })
  return roleAboveOwn()
}
