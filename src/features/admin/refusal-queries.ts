import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

type Caller = { userId: string; sessionId: string }

/** Records that somebody of the staff was refused, since they lack a permission. */
export const recordRefusedAccess = statement<EventValues & Caller & { permission: string }, never>(
  'recordRefusedAccess',
  (value) =>
    recordEvent(value, {
      type: 'access.refused',
      from: sql`(select ${value.userId}::uuid as id) refused`,
      userId: sql`refused.id`,
      sessionId: value.sessionId,
      data: { permission: sql`${value.permission}::text` },
    }),
)

/** Records that somebody of the staff wanted more of a role than they may. @param value `targetId` is for whom */
export const recordRefusedRole = statement<EventValues & Caller & { targetId: string | null; role: string }, never>(
  'recordRefusedRole',
  (value) =>
    recordEvent(value, {
      type: 'role.grant_refused',
      from: sql`(select coalesce(${value.targetId}::uuid, ${value.userId}::uuid) as id) refused`,
      userId: sql`refused.id`,
      sessionId: value.sessionId,
      data: { role: sql`${value.role}::text` },
    }),
)
