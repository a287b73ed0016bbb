import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { assignRole, withdrawRole } from '../access/fragments'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { lockUser, userByEmail } from '../profiles/fragments'
import { endSessions } from '../sessions/fragments'

type OfRole = EventValues & { email: string; role: string }

/** Gives a role to whoever has an address; their sessions end, since they may do more from now on. No row: nobody has it. */
export const grantRoleByEmail = statement<OfRole & { endedEventId: string }, { isNew: boolean }>(
  (value) => sql`
  with person as (${lockUser(sql`(select id from (${userByEmail(value.email)}) addressed)`)}),
  granted as (${assignRole(value, sql`person`)}),
  ended as (${endSessions(value, {
    owner: sql`(select user_id as id from granted)`,
    keep: sql`null`,
    because: sql`'role_granted'`,
  })}),
  event as (${recordEvent(value, {
    type: 'role.granted',
    from: sql`granted`,
    userId: sql`granted.user_id`,
    data: { role: sql`${value.role}::text` },
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'role_granted'`, count: sql`counted.count` },
  })})
  select exists (select 1 from granted) as "isNew" from person`,
)

/** Takes a role from whoever has an address. No row: nobody has it. */
export const revokeRoleByEmail = statement<OfRole, { wasHeld: boolean }>(
  (value) => sql`
  with person as (select id from (${userByEmail(value.email)}) addressed),
  withdrawn as (${withdrawRole(value, sql`person`)}),
  event as (${recordEvent(value, {
    type: 'role.revoked',
    from: sql`withdrawn`,
    userId: sql`withdrawn.user_id`,
    data: { role: sql`${value.role}::text` },
  })})
  select exists (select 1 from withdrawn) as "wasHeld" from person`,
)
