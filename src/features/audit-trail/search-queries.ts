import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { type FilterValues, isMeant, listedTypes, viewColumns } from './fragments'
import type { RecordViewRow } from './search-contract'

export type SearchValues = FilterValues & {
  /** All have a lower id. */
  beforeId: string
}

type Value = Placeholders<SearchValues>

/** More records than these are not looked at for one page, */
const all = 10_000
/** and these before the others, where as many of several kinds are read before the newest of them are known. */
const few = 200

/**
 * The newest before an id that fulfil a condition: by an index that has them in the order of their ids. Of a range with two
 * ends Postgres expects so little, where it plans for any values, that it would read and sort all of it.
 */
const newest = (value: Value, condition: SQL, most: number): SQL => sql`
  select event.* from audit_event event where ${condition} and event.id < ${value.beforeId}::uuid
  order by event.id desc limit ${sql.raw(String(most))}`

/** @param candidates up to `most` that one index finds, newest first */
const searchAmong = (name: string, candidates: (value: Value, most: number) => SQL, most: number) => ({
  search: statement<SearchValues & { limit: number }, RecordViewRow>(
    `searchBy:${name}:${most}`,
    (value) => sql`
    select ${viewColumns('event')} from (${candidates(value, most)}) event where ${isMeant(value, 'event')}
    order by event.id desc limit ${value.limit}::integer`,
  ),
  /** The last record that `search` looks at, if there are more than it looks at. */
  findEdge: statement<SearchValues, { id: string }>(
    `findEdge:${name}:${most}`,
    (value) => sql`
    select event.id from (${candidates(value, most)}) event
    order by event.id desc offset ${sql.raw(String(most - 1))} limit 1`,
  ),
})

const byRequest = (value: Value, most: number): SQL =>
  newest(value, sql`event.request_id = ${value.requestId}::text`, most)

const byUser = (value: Value, most: number): SQL => newest(value, sql`event.user_id = ${value.userId}::uuid`, most)

/** What somebody did to themselves, and what they or a program did to others: each has an index. */
const byActor = (value: Value, most: number): SQL => sql`
  select * from (
    (${newest(value, sql`event.user_id = ${value.actorId}::text::uuid and event.actor_id = ${value.actorId}::text`, most)})
    union all
    (${newest(
      value,
      sql`event.actor_kind in ('user', 'machine') and event.actor_id is distinct from event.user_id::text
        and event.actor_id = ${value.actorId}::text`,
      most,
    )})
  ) event order by event.id desc limit ${sql.raw(String(most))}`

const byTypes = (value: Value, most: number): SQL => sql`
  select event.* from unnest(${listedTypes(value.types)}) meant(type)
  cross join lateral (${newest(value, sql`event.type = meant.type`, most)}) event
  order by event.id desc limit ${sql.raw(String(most))}`

/** The ways to search, each by one index, and each in steps: the last one looks at as many as a page may. */
export const searchBy = {
  request: [searchAmong('request', byRequest, all)],
  user: [searchAmong('user', byUser, all)],
  actor: [searchAmong('actor', byActor, few), searchAmong('actor', byActor, all)],
  types: [searchAmong('types', byTypes, few), searchAmong('types', byTypes, all)],
  age: [searchAmong('age', (value, most) => newest(value, sql`true`, most), all)],
}

export const findRecordView = statement<{ id: string }, RecordViewRow>(
  'findRecordView',
  (value) => sql`select ${viewColumns('event')} from audit_event event where event.id = ${value.id}::uuid`,
)

/** Records that somebody reads the record. @param filters a JSON list of what they asked by, not for what */
export const recordReading = statement<EventValues & { filters: string }, never>('recordReading', (value) =>
  recordEvent(value, {
    type: 'audit.read',
    from: sql`(select ${value.filters}::text::jsonb as filters) asked`,
    userId: sql`null::uuid`,
    data: { filters: sql`asked.filters` },
  }),
)
