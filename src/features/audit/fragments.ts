import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
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

/** The part of a statement that records what the rest of it does: it happens with it, or not at all. */
export const recordEvent = <Type extends AuditEventType>(
  value: Placeholders<EventValues>,
  { type, id = value.eventId, from, userId, sessionId = sql`null`, data }: EventOf<Type>,
): SQL => sql`
  insert into audit_event (id, occurred_at, type, actor_kind, actor_id, user_id, session_id,
    request_id, ip_address, user_agent, data)
  select ${id}::uuid, ${value.now}::timestamptz, ${sql.raw(`'${type}'`)}, ${value.actorKind}::text,
    ${value.actorId}::text, ${userId}, ${sessionId}::uuid, ${value.requestId}::text, ${value.ipAddress}::text,
    ${value.userAgent}::text, ${toJson(data)}
  from ${from}`
