import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { CountRow, Statistics } from './statistics-contract'

/** From the first instant on, and before the last one. */
type Span = { from: Date; to: Date }

const isWithin = (value: { from: SQL; to: SQL }): SQL =>
  sql`(occurred_at >= ${value.from}::timestamptz and occurred_at < ${value.to}::timestamptz)`

const day = sql`to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD')`

/** How often what happened on each day. The types are written out: so the index of statistics serves them. */
export const countEvents = statement<Span, CountRow>(
  'countEvents',
  (value) => sql`
  select ${day} as day, type, case type
      when 'login.succeeded' then data ->> 'method' when 'login.failed' then data ->> 'reason' end as detail,
    count(*)::integer as count
  from audit_event
  where type in ('account.registered', 'account.created', 'login.succeeded', 'login.failed', 'second_factor.failed')
    and ${isWithin(value)}
  group by 1, 2, 3`,
)

/** How many different people logged in or refreshed, on each day, and on all (`day` null). */
export const countActiveUsers = statement<Span, { day: string | null; count: number }>(
  'countActiveUsers',
  (value) => sql`
  with active as (
    select distinct ${day} as day, user_id from audit_event
    where type in ('login.succeeded', 'session.refreshed') and user_id is not null and ${isWithin(value)}
  )
  select day, count(*)::integer as count from active group by day
  union all select null, count(distinct user_id)::integer from active`,
)

/** How many accounts there are; the indexes of what staff look for apart serve all counts but that of all. */
export const countAccounts = statement<Record<never, never>, Statistics['totals']>(
  'countAccounts',
  () => sql`
  select (select count(*) from "user")::integer as users,
    (select count(*) from "user" where email_verified_at is null)::integer as unverified,
    (select count(*) from "user" where banned_at is not null)::integer as banned,
    (select count(*) from "user" where closed_at is not null)::integer as closed`,
)
