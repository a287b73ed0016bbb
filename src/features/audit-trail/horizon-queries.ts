import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

export interface HorizonRow {
  /** Every record up to here is committed, or never will be. */
  position: number
  /** The same holds of this one, once every transaction before `transaction` has ended. */
  nextPosition: number
  transaction: string
  /** They have. */
  hasPassed: boolean
  /** That transaction is none of this cluster, which has not come so far: the database was restored elsewhere. */
  isForeign: boolean
  /** The last position that was handed out. */
  lastPosition: number
}

/**
 * How far the record is complete. A position is taken by who has a transaction id already (see the default of the column),
 * so those taken before `noteHorizon` gets its id belong to older transactions.
 */
export const findHorizon = statement<Record<never, never>, HorizonRow>(
  'findHorizon',
  () => sql`
  select position::float8, next_position::float8 as "nextPosition", transaction,
    pg_snapshot_xmin(pg_current_snapshot()) >= transaction::xid8 as "hasPassed",
    pg_snapshot_xmax(pg_current_snapshot()) <= transaction::xid8 as "isForeign",
    (select case when is_called then last_value else 0 end from audit_position)::float8 as "lastPosition"
  from audit_horizon where id = 1`,
)

/** Moves the horizon, and notes what it waits for next; of several workers that do, one. @param before the transaction it waited for */
export const noteHorizon = statement<{ before: string; position: number; nextPosition: number }, { position: number }>(
  'noteHorizon',
  (value) => sql`
  update audit_horizon set position = greatest(position, ${value.position}::bigint),
    next_position = ${value.nextPosition}::bigint, transaction = pg_current_xact_id()::text
  where id = 1 and transaction = ${value.before}::text
  returning position::float8`,
)
