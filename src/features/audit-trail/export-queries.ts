import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { Retention } from './contract'
import { type FilterValues, isMeant } from './fragments'
import { type PersonalRow, personalColumns, type RecordRow, recordColumns } from './record-fragments'

/** When the first record was made. */
export const findFirstMoment = statement<Record<never, never>, { occurredAt: Date }>(
  'findFirstMoment',
  () => sql`select occurred_at as "occurredAt" from audit_event order by id limit 1`,
)

/** The position of the first record of a retention whose id is not lower than another. */
export const findPositionFrom = statement<{ retention: Retention; id: string }, { position: number }>(
  'findPositionFrom',
  (value) => sql`
  select position::float8 as position from audit_event
  where retention = ${value.retention}::text and id >= ${value.id}::uuid and position is not null
  order by id limit 1`,
)

type Stretch = { retention: Retention; after: number; upTo: number }

const isInStretch = (value: Placeholders<Stretch>): SQL => sql`event.retention = ${value.retention}::text
  and event.position > ${value.after}::bigint and event.position <= ${value.upTo}::bigint`

/** The position of the last of the next `limit` records; no row: there are not so many. Whoever asks looks whether it is too far. */
export const findEndOfStretch = statement<{ retention: Retention; after: number; limit: number }, { position: number }>(
  'findEndOfStretch',
  (value) => sql`
  select position::float8 as position from audit_event
  where retention = ${value.retention}::text and position > ${value.after}::bigint
  order by audit_event.position offset ${value.limit}::integer - 1 limit 1`,
)

export type ExportedRow = RecordRow & PersonalRow

/** The records of a stretch that a filter means, by their positions. */
export const listStretch = statement<FilterValues & Stretch, ExportedRow>(
  'listStretch',
  (value) => sql`
  select ${recordColumns}, ${personalColumns} from audit_event event
  where ${isInStretch(value)} and ${isMeant(value, 'event')} order by event.position, event.id`,
)

/** Seals that end in a stretch, with their leaves, hex. */
export const listSealsWithin = statement<
  Stretch & { limit: number },
  { number: number; lastPosition: number; statement: string; leaves: string }
>(
  'listSealsWithin',
  (value) => sql`
  select number, last_position::float8 as "lastPosition", statement, encode(leaves, 'hex') as leaves from audit_seal
  where retention = ${value.retention}::text
    and last_position > ${value.after}::bigint and last_position <= ${value.upTo}::bigint
  order by last_position limit ${value.limit}::integer`,
)

/** The last of the next `limit` records of builds that gave no positions; no row: there are not so many. */
export const findEndOfEarly = statement<{ afterId: string; limit: number }, { id: string }>(
  'findEndOfEarly',
  (value) => sql`
  select id from audit_event where position is null and id > ${value.afterId}::uuid
  order by id offset ${value.limit}::integer - 1 limit 1`,
)

/** Those of them that a filter means, by their ids. @param upToId the last one */
export const listEarly = statement<FilterValues & { afterId: string; upToId: string }, ExportedRow>(
  'listEarly',
  (value) => sql`
  select ${recordColumns}, ${personalColumns} from audit_event event
  where event.position is null and event.id > ${value.afterId}::uuid and event.id <= ${value.upToId}::uuid
    and ${isMeant(value, 'event')}
  order by event.id`,
)
