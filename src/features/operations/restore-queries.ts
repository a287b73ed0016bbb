import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/**
 * Records that the database was put back to a backup. If asked to, ends every session and voids what was mailed or begun: a
 * session that was ended since, or a link that was used since, would count again.
 */
export const recordRestore = statement<
  EventValues & { backedUpAt: string; endsSessions: boolean },
  { sessionsEnded: number }
>(
  'recordRestore',
  (value) => sql`
  with ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'staff'
    where ${value.endsSessions}::boolean and revoked_at is null returning id
  ),
  untrusted as (delete from trusted_device where ${value.endsSessions}::boolean returning id),
  voided as (delete from email_token where ${value.endsSessions}::boolean returning 1),
  begun as (delete from log_in_challenge where ${value.endsSessions}::boolean returning 1),
  away as (delete from oauth_flow where ${value.endsSessions}::boolean returning 1),
  counted as (select count(*)::integer as sessions from ended),
  event as (${recordEvent(value, {
    type: 'database.restored',
    from: sql`counted`,
    userId: sql`null::uuid`,
    data: { backedUpAt: sql`${value.backedUpAt}::text`, sessionsEnded: sql`sessions` },
  })})
  select sessions as "sessionsEnded" from counted`,
)
