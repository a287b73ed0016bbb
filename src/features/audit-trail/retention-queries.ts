import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { Retention } from './contract'

/** Makes the partitions of this month and of some after it, and says how many. */
export const makePartitions = statement<{ now: Date; months: number }, { made: number }>(
  'makePartitions',
  (value) => sql`select audit.make_partitions(${value.now}::timestamptz, ${value.months}::integer) as made`,
)

/** Since when records of a retention are kept, and how many are older. */
export const findExpired = statement<{ retention: Retention }, { before: Date | null; count: number }>(
  'findExpired',
  (value) => sql`
  select kept.since as before, (
    select count(*)::float8 from audit_event
    where retention = ${value.retention}::text and id < audit.first_id(kept.since)
  ) as count
  from (select audit.kept_since(${value.retention}::text) as since) kept`,
)

/** Whether it is recorded, and sealed, that those are dropped. @param before ISO 8601 */
export const findAnnouncement = statement<{ retention: Retention; before: string }, { isSealed: boolean }>(
  'findAnnouncement',
  (value) => sql`
  select exists (
    select 1 from audit_seal where audit_seal.retention = audit_event.retention
      and first_position <= audit_event.position and last_position >= audit_event.position
  ) as "isSealed"
  from audit_event
  where type = 'audit.expired' and data ->> 'retention' = ${value.retention}::text and data ->> 'before' = ${value.before}::text
  order by id limit 1`,
)

/** Records that they are going to be dropped. */
export const announceExpiry = statement<EventValues & { retention: Retention; before: string; count: number }, never>(
  'announceExpiry',
  (value) =>
    recordEvent(value, {
      type: 'audit.expired',
      from: sql`(select 1) once`,
      userId: sql`null::uuid`,
      data: {
        retention: sql`${value.retention}::text`,
        before: sql`${value.before}::text`,
        count: sql`${value.count}::float8`,
      },
    }),
)

/** Drops them; the database refuses what is younger than it may be. */
export const dropExpired = statement<{ retention: Retention; before: string }, { dropped: number }>(
  'dropExpired',
  (value) => sql`select audit.drop_expired(${value.retention}::text, ${value.before}::text::timestamptz) as dropped`,
)
