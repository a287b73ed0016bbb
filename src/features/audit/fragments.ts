import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import { classOfEvent } from './class-of-event'
import type { AuditEvents, AuditEventType } from './contract'
import type { EventValues } from './event-values'

export interface EventOf<Type extends AuditEventType> {
  type: Type
  /** Its id, where a statement records more than one. */
  id?: SQL
  /** The relation whose rows happened: usually what another part of the statement returned. No row, no event. */
  from: SQL
  /** The person it happened to, as an expression on `from`. */
  userId: SQL
  sessionId?: SQL
  /** Each fact as an expression on `from`. */
  data: { [Fact in keyof AuditEvents[Type]]: SQL }
}

const toJson = (data: Record<string, SQL>): SQL => {
  const members = Object.entries(data).flatMap(([fact, value]) => [sql.raw(`'${fact}'`), value])
  return sql`jsonb_build_object(${sql.join(members, sql`, `)})`
}

/**
 * The id of one event of several that a statement records: as old as `first`, and another for each `key`.
 * @param first an id of its own, which no event has
 */
export const idOfEach = (first: SQL, key: SQL): SQL => {
  const digest = sql`md5(${first}::text || ${key}::text)`
  return sql`(
    left(${first}::text, 14) || '7' || substr(${digest}, 1, 3) || '-a' || substr(${digest}, 4, 3) || '-' || substr(${digest}, 7, 12)
  )::uuid`
}

/**
 * What the personal part of an event comes to, for good: SHA-256, hex, over its salt and that part as JSON. Nobody can
 * guess the part from it once the salt is destroyed, however few addresses there are.
 */
const personalDigest = (event: SQL): SQL => sql`encode(sha256(convert_to(
  ${event}.personal_salt || json_build_array(${event}.ip_address, ${event}.user_agent, ${event}.place)::text, 'UTF8'
)), 'hex')`

/** The part of a statement that records what the rest of it does: it happens with it, or not at all. */
export const recordEvent = <Type extends AuditEventType>(
  value: Placeholders<EventValues>,
  { type, id = value.eventId, from, userId, sessionId = sql`null`, data }: EventOf<Type>,
): SQL => {
  const { retention, outcome } = classOfEvent(type)
  return sql`
  insert into audit_event (retention, outcome, credential, trace_id, id, occurred_at, type, actor_kind, actor_id, user_id,
    session_id, request_id, ip_address, user_agent, place, personal_salt, data, personal_digest)
  select ${sql.raw(`'${retention}', '${outcome}'`)}, ${value.credential}::text, ${value.traceId}::text,
    happened.*, ${personalDigest(sql`happened`)} from (
    select ${id}::uuid, ${value.now}::timestamptz, ${sql.raw(`'${type}'`)}, ${value.actorKind}::text,
      ${value.actorId}::text, ${userId}, ${sessionId}::uuid, ${value.requestId}::text, ${value.ipAddress}::text,
      ${value.userAgent}::text, ${value.place}::text,
      encode(sha256(convert_to(${value.saltSeed}::text || ${id}::text, 'UTF8')), 'hex'), ${toJson(data)}
    from ${from}
  ) happened (id, occurred_at, type, actor_kind, actor_id, user_id, session_id, request_id, ip_address, user_agent,
    place, personal_salt, data)`
}

/** Whether there is a personal part still. As the index has it; events of builds before have no salt. */
export const hasPersonalPart = sql`coalesce(personal_salt, ip_address, user_agent, place) is not null`

/** Destroys the personal part of events, for good, and says which; their digest stays. @param ids selects their ids */
export const destroyPersonalPartsOf = (ids: SQL): SQL => sql`
  update audit_event set ip_address = null, user_agent = null, place = null, personal_salt = null
  where id = any(array(${ids}))
  returning id`

/**
 * Destroys the personal part of up to `limit` events: of those that happened to a person, and of those that they caused.
 * Returns the ids; once it returns none, nothing is left.
 */
export const destroyPersonalParts = (userId: SQL, limit: SQL): SQL =>
  destroyPersonalPartsOf(sql`
    select id from (
      select id from audit_event where user_id = ${userId}::uuid and ${hasPersonalPart}
      union all
      select id from audit_event
      where actor_kind = 'user' and actor_id is distinct from user_id::text and actor_id = ${userId}::text
        and ${hasPersonalPart}
    ) personal limit ${limit}::integer`)

/** How an event stands, as an expression on `audit_event`: see `verifyStoredRecord`. */
export const stateOfPersonalPart: SQL = sql`case
  when personal_salt is not null then
    case when personal_digest = ${personalDigest(sql`audit_event`)} then 'whole' else 'broken' end
  when personal_digest is null then 'bare'
  when coalesce(ip_address, user_agent, place) is null then 'destroyed'
  else 'broken' end`

/** What `shownEvents` asks for. `types` and `lastingTypes`, which are shown however old, are separated by commas. */
export type ShownValues = {
  types: string
  lastingTypes: string
  /** Others are shown from then on. */
  since: Date
  before: string | null
  limit: number
}

/**
 * The events that a person is shown, newest first. From where something was done is left out if another signed-in person
 * did it. The condition on the type is that of the index. The limit is hidden from the planner: it expects few events of anybody, and
 * where it sees that fewer are wanted than there may be, it reads all of them and sorts, in place of merging the partitions' indexes.
 */
export const shownEvents = (value: Placeholders<ShownValues>, userId: SQL): SQL => sql`
  select id, occurred_at, type, session_id, data,
    case when is_own then ip_address end as ip_address, case when is_own then user_agent end as user_agent,
    case when is_own then place end as place
  from (
    select *, actor_kind <> 'user' or actor_id = user_id::text as is_own from audit_event
    where user_id = ${userId} and type <> 'session.refreshed'
      and id < coalesce(${value.before}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      and type = any(string_to_array(${value.types}::text, ','))
      and (occurred_at > ${value.since}::timestamptz or type = any(string_to_array(${value.lastingTypes}::text, ',')))
  ) known
  order by id desc
  limit (select ${value.limit}::integer)`

/** The columns of an event that is shown. */
export const shownColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'occurred_at as "occurredAt"',
      'type',
      'session_id as "sessionId"',
      'ip_address as "ipAddress"',
      'user_agent as "userAgent"',
      'place',
      'data',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )
