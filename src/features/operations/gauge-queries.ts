import { sql } from 'drizzle-orm'
import { deadLetterQueue } from '#core/queues'
import { statement } from '#db/statement'

/** How many sessions are alive: what the index on their end finds, without those that were ended before it. */
export const countLiveSessions = statement<{ now: Date }, { count: number }>(
  'countLiveSessions',
  (value) => sql`
  select count(*)::integer as count from session
  where expires_at > ${value.now}::timestamptz and revoked_at is null`,
)

/**
 * What waits in each queue: jobs that are due or wait for another try, and how many seconds the oldest that is due has
 * waited; and how many dead letters came from it. Queues of which neither is true have no row.
 */
export const measureQueues = statement<
  { now: Date },
  { queue: string; waiting: number; oldestSeconds: number; dead: number }
>(
  'measureQueues',
  (value) => sql`
  with waiting as (
    select name, state, start_after, source_name, name = ${sql.raw(`'${deadLetterQueue}'`)} as is_dead,
      start_after <= ${value.now}::timestamptz as is_due
    from pgboss.job where state < 'active'
  )
  select case when is_dead then source_name else name end as queue,
    count(*) filter (where not is_dead and (is_due or state = 'retry'))::integer as waiting,
    coalesce(extract(epoch from ${value.now}::timestamptz - min(start_after) filter (where not is_dead and is_due)), 0)::float8
      as "oldestSeconds",
    count(*) filter (where is_dead)::integer as dead
  from waiting group by 1`,
)

/** How old the key is that signs now, in seconds; no row while there is none. */
export const measureSigningKey = statement<{ now: Date }, { ageSeconds: number }>(
  'measureSigningKey',
  (value) => sql`
  select extract(epoch from ${value.now}::timestamptz - signs_from)::float8 as "ageSeconds" from signing_key
  where signs_from <= ${value.now}::timestamptz and revoked_at is null order by generation desc limit 1`,
)

/** How many API keys are accepted and will not be at `until`. */
export const countExpiringKeys = statement<{ now: Date; until: Date }, { count: number }>(
  'countExpiringKeys',
  (value) => sql`
  select count(*)::integer as count from api_key
  where expires_at > ${value.now}::timestamptz and expires_at <= ${value.until}::timestamptz and revoked_at is null`,
)

/** How long the oldest record that has no seal has waited for it, in seconds: 0 where all have one. */
export const measureUnsealed = statement<{ now: Date }, { ageSeconds: number }>(
  'measureUnsealed',
  (value) => sql`
  select coalesce(extract(epoch from ${value.now}::timestamptz - min(oldest.occurred_at)), 0)::float8 as "ageSeconds"
  from audit_retention kept
  cross join lateral (
    select coalesce(max(last_position), 0) as position from audit_seal where retention = kept.retention
  ) sealed
  cross join lateral (
    select occurred_at from audit_event
    where retention = kept.retention and position > sealed.position order by position limit 1
  ) oldest`,
)

/** How long the oldest record that was not sent on has waited, in seconds, for each destination: 0 where all were. */
export const measureStreams = statement<{ now: Date }, { destination: string; lagSeconds: number }>(
  'measureStreams',
  (value) => sql`
  select stream.destination,
    coalesce(extract(epoch from ${value.now}::timestamptz - oldest.occurred_at), 0)::float8 as "lagSeconds"
  from audit_stream stream
  left join lateral (
    select occurred_at from audit_event where position > stream.position order by position limit 1
  ) oldest on true`,
)
