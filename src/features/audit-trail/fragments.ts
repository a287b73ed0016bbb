import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'

/** What records have to fulfil; null where nothing is asked. */
export type FilterValues = {
  /** A JSON list. */
  types: string | null
  actorId: string | null
  userId: string | null
  outcome: string | null
  requestId: string | null
  traceId: string | null
  ipAddress: string | null
  since: Date | null
  until: Date | null
  organizationId: string | null
  retention: string | null
}

/** The types of a list, as an array. */
export const listedTypes = (types: SQL): SQL => sql`array(select jsonb_array_elements_text(${types}::text::jsonb))`

/** Whether a record, `event`, is meant. */
export const isMeant = (value: Placeholders<FilterValues>, event: string): SQL => {
  const column = (name: string) => sql.raw(`${event}.${name}`)
  return sql`(
  (${value.types}::text is null or ${column('type')} = any(${listedTypes(value.types)}))
  and (${value.actorId}::text is null or ${column('actor_id')} = ${value.actorId}::text)
  and (${value.userId}::uuid is null or ${column('user_id')} = ${value.userId}::uuid)
  and (${value.outcome}::text is null or ${column('outcome')} = ${value.outcome}::text)
  and (${value.requestId}::text is null or ${column('request_id')} = ${value.requestId}::text)
  and (${value.traceId}::text is null or ${column('trace_id')} = ${value.traceId}::text)
  and (${value.ipAddress}::text is null or ${column('ip_address')} = ${value.ipAddress}::text)
  and (${value.since}::timestamptz is null or ${column('occurred_at')} >= ${value.since}::timestamptz)
  and (${value.until}::timestamptz is null or ${column('occurred_at')} < ${value.until}::timestamptz)
  and (${value.organizationId}::text is null or ${column('data')} ->> 'organizationId' = ${value.organizationId}::text)
  and (${value.retention}::text is null or ${column('retention')} = ${value.retention}::text))`
}

/** The columns of an `RecordViewRow`, from a relation that has the table's columns. */
export const viewColumns = (event: string): SQL =>
  sql`${sql.raw(
    [
      'id',
      // Exact up to 2^53, and a number to every driver.
      'position::float8 as position',
      'occurred_at as "occurredAt"',
      'type',
      'outcome',
      'retention',
      'actor_kind as "actorKind"',
      'actor_id as "actorId"',
      'credential',
      'user_id as "userId"',
      'session_id as "sessionId"',
      'request_id as "requestId"',
      'trace_id as "traceId"',
      'ip_address as "ipAddress"',
      'user_agent as "userAgent"',
      'place',
      'data',
    ]
      .map((column) => `${event}.${column}`)
      .join(', '),
  )}, (
    select case when seal.first_position <= ${sql.raw(event)}.position then seal.number end from audit_seal seal
    where seal.retention = ${sql.raw(event)}.retention and seal.last_position >= ${sql.raw(event)}.position
    order by seal.last_position limit 1
  ) as sealed`
