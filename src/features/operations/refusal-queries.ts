import { sql } from 'drizzle-orm'
import type { Refusal } from '#core/refusals'
import { statement } from '#db/statement'

/**
 * Keeps refusals, a JSON array of them. Who is erased by now stays out of it: a token outlives its account for a moment.
 */
export const insertRefusals = statement<{ refusals: string }, never>(
  'insertRefusals',
  (value) => sql`
  insert into refusal (id, request_id, occurred_at, method, route, status, problem, facts, actor_kind, user_id, trace_id)
  select noted.id, noted."requestId", noted."occurredAt", noted.method, noted.route, noted.status, noted.problem, noted.facts,
    noted."actorKind", (select person.id from "user" person where person.id = noted."userId"), noted."traceId"
  from jsonb_to_recordset(${value.refusals}::text::jsonb) as noted (id uuid, "requestId" text, "occurredAt" timestamptz,
    method text, route text, status integer, problem text, facts jsonb, "actorKind" text, "userId" uuid, "traceId" text)
  on conflict (id) do nothing`,
)

export type RefusalRow = Omit<Refusal, 'id' | 'requestId' | 'occurredAt'> & { occurredAt: Date }

/** The newest refusals of a request’s id, which callers may choose and use again. */
export const listRefusals = statement<{ requestId: string; limit: number }, RefusalRow>(
  'listRefusals',
  (value) => sql`
  select occurred_at as "occurredAt", method, route, status, problem, facts, actor_kind as "actorKind", user_id as "userId",
    trace_id as "traceId"
  from refusal where request_id = ${value.requestId}::text
  order by id desc limit ${value.limit}::integer`,
)

export interface RequestEventRow {
  id: string
  occurredAt: Date
  type: string
  outcome: string
  userId: string | null
  data: Record<string, unknown>
}

/** The newest events of the record that a request caused. */
export const listRequestEvents = statement<{ requestId: string; limit: number }, RequestEventRow>(
  'listRequestEvents',
  (value) => sql`
  select id, occurred_at as "occurredAt", type, outcome, user_id as "userId", data
  from audit_event where request_id = ${value.requestId}::text
  order by id desc limit ${value.limit}::integer`,
)

/** Forgets up to `limit` refusals of before a moment. */
export const deleteRefusalsBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteRefusalsBefore',
  (value) => sql`
  delete from refusal where id = any(array(
    select id from refusal where occurred_at < ${value.before}::timestamptz
    order by occurred_at limit ${value.limit}::integer
  ))
  returning id`,
)
