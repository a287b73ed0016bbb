import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { Retention } from './contract'
import { type PersonalRow, personalColumns, personalState, type RecordRow, recordColumns } from './record-fragments'

export interface SealRow {
  retention: Retention
  number: number
  firstPosition: number
  lastPosition: number
  statement: string
  sealedAt: Date
}

const sealColumns = sql.raw(
  'retention, number, first_position::float8 as "firstPosition", last_position::float8 as "lastPosition", statement, sealed_at as "sealedAt"',
)

/** The newest seal of a retention. */
export const findNewestSeal = statement<{ retention: Retention }, SealRow>(
  'findNewestSeal',
  (value) => sql`
  select ${sealColumns} from audit_seal where retention = ${value.retention}::text order by number desc limit 1`,
)

/** The seal over a position, with its leaves, hex. */
export const findSealOver = statement<{ retention: Retention; position: number }, SealRow & { leaves: string }>(
  'findSealOver',
  (value) => sql`
  select ${sealColumns}, encode(leaves, 'hex') as leaves from audit_seal
  where retention = ${value.retention}::text and last_position >= ${value.position}::bigint
    and first_position <= ${value.position}::bigint
  order by last_position limit 1`,
)

/** Seals with their leaves, hex, after a number, in order. */
export const listSeals = statement<
  { retention: Retention; after: number; limit: number },
  SealRow & { leaves: string }
>(
  'listSeals',
  (value) => sql`
  select ${sealColumns}, encode(leaves, 'hex') as leaves from audit_seal
  where retention = ${value.retention}::text and number > ${value.after}::integer
  order by number limit ${value.limit}::integer`,
)

/** Records by position, after one and up to another. */
export const listRecordsToSeal = statement<
  { retention: Retention; after: number; upTo: number; limit: number },
  RecordRow & { position: number }
>(
  'listRecordsToSeal',
  (value) => sql`
  select ${recordColumns} from audit_event
  where retention = ${value.retention}::text and position > ${value.after}::bigint and position <= ${value.upTo}::bigint
  order by audit_event.position limit ${value.limit}::integer`,
)

/** How a personal part stands beside its digest. */
export type PersonalState = 'whole' | 'broken' | 'bare' | 'destroyed'

export type WholeRecordRow = RecordRow & PersonalRow & { position: number; personalState: PersonalState }

/**
 * The same with their personal part, and how that stands; those of one position by their ids. The range is bounded, for a
 * plan that is made once for all ranges knows nothing of how far one goes.
 */
export const listWholeRecords = statement<{ retention: Retention; after: number; upTo: number }, WholeRecordRow>(
  'listWholeRecords',
  (value) => sql`
  select ${recordColumns}, ${personalColumns}, ${personalState} from audit_event
  where retention = ${value.retention}::text and position > ${value.after}::bigint and position <= ${value.upTo}::bigint
  order by audit_event.position, id`,
)

/** The first position after one, and up to another, that a record of a retention has. */
export const findNextPosition = statement<{ retention: Retention; after: number; upTo: number }, { position: number }>(
  'findNextPosition',
  (value) => sql`
  select position::float8 as position from audit_event
  where retention = ${value.retention}::text and position > ${value.after}::bigint and position <= ${value.upTo}::bigint
  order by audit_event.position limit 1`,
)

/** One record, by its id. */
export const findRecord = statement<{ id: string }, RecordRow>(
  'findRecord',
  (value) => sql`select ${recordColumns} from audit_event where id = ${value.id}::uuid order by retention desc limit 1`,
)

/** Stores a seal; of several workers that make the same, one does. */
export const insertSeal = statement<
  {
    retention: Retention
    number: number
    firstPosition: number
    lastPosition: number
    leaves: string
    statement: string
    now: Date
  },
  { number: number }
>(
  'insertSeal',
  (value) => sql`
  insert into audit_seal (retention, number, first_position, last_position, leaves, statement, sealed_at)
  values (${value.retention}::text, ${value.number}::integer, ${value.firstPosition}::bigint,
    ${value.lastPosition}::bigint, decode(${value.leaves}::text, 'hex'), ${value.statement}::text, ${value.now}::timestamptz)
  on conflict (retention, number) do nothing
  returning number`,
)

export type UnplacedRecordRow = Omit<WholeRecordRow, 'position'> & { position: null }

/** Records of builds that had no seals, by their ids. */
export const listRecordsBefore = statement<{ afterId: string; limit: number }, UnplacedRecordRow>(
  'listRecordsBefore',
  (value) => sql`
  select ${recordColumns}, ${personalColumns}, ${personalState} from audit_event
  where position is null and id > ${value.afterId}::uuid
  order by id limit ${value.limit}::integer`,
)
