import { type Context, recordRefusal } from '#core/context'
import { roleAboveOwn } from '../access/problems'
import { eventValues } from '../audit/event-values'
import { recordRefusedRole } from './refusal-queries'
import { requireStaffPerson } from './require-staff-person'

/** What of a role was wanted, and for whom if it was to be given or taken. */
interface Wanted {
  permission: 'roles:write' | 'roles:assign'
  role: string
  targetId: string | null
}

/**
 * Records that somebody wanted more of a role than they may do themselves. Throws `role-above-own`, or what `requireStaffPerson`
 * throws by now.
 */
export async function refuseRole(ctx: Context, { permission, ...wanted }: Wanted): Promise<never> {
  // Whoever lost their own role in this very moment wanted nothing wrong.
  const { userId, sessionId } = await requireStaffPerson(ctx, permission)
  await recordRefusal(ctx, (db) => recordRefusedRole(db, { ...eventValues(ctx), userId, sessionId, ...wanted }))
  throw roleAboveOwn()
}
