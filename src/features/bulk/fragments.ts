import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'

/** The columns of an `OperationRow`, from a relation that has the table's columns. */
export const operationColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'kind',
      'state',
      'is_dry_run as "isDryRun"',
      'options',
      'requested_by as "requestedBy"',
      // Exact up to 2^53, and a number to every driver.
      'byte_offset::float8 as "byteOffset"',
      'last_user_id as "lastUserId"',
      'rows_total as "rowsTotal"',
      'rows_done as "rowsDone"',
      'rows_failed as "rowsFailed"',
      'created_at as "createdAt"',
      'started_at as "startedAt"',
      'finished_at as "finishedAt"',
      'failure',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** What every part of an operation is committed with. */
export type PartValues = EventValues & {
  operationId: string
  /** Whether it is the last one. */
  isLast: boolean
  /** Of the job that goes on from here, if this one ends; null if it goes on itself. */
  nextJobId: string | null
  finishedEventId: string
}

/**
 * Holds an operation while it stands where whoever worked this part found it: `at` says where. Otherwise somebody else has
 * done the part, or it was cancelled: then nothing of the statement happens.
 */
export const heldAt = (value: { operationId: SQL }, at: SQL): SQL => sql`
  select * from bulk_operation
  where id = ${value.operationId}::uuid and state in ('queued', 'running') and ${at}
  for no key update`

/** More faults than these are counted, and not kept. */
const mostFaults = sql.raw('100000')

/** Keeps what was wrong with rows: `wrong (row, pointer, code, message)`. */
export const keepFaults = (wrong: SQL): SQL => sql`
  insert into bulk_error (operation_id, row, pointer, code, message)
  select held.id, wrong.row, wrong.pointer, wrong.code, wrong.message from held, ${wrong} wrong
  where held.rows_failed < ${mostFaults}
  on conflict do nothing`

/** How many rows of `wrong (row)` have faults. */
export const countFaulty = (wrong: SQL): SQL => sql`(select count(distinct wrong.row) from ${wrong} wrong)::integer`

/** Notes in `held` how far it is: the parts `moved`, `next` and `ended` of a statement. */
export const moveOn = (
  value: Placeholders<PartValues>,
  { to, count, failed, keepsFileSeconds }: { to: SQL; count: SQL; failed: SQL; keepsFileSeconds: number },
): SQL => sql`
  moved as (
    update bulk_operation set ${to},
      state = case when ${value.isLast}::boolean then 'finished' else 'running' end,
      started_at = coalesce(bulk_operation.started_at, ${value.now}::timestamptz),
      finished_at = case when ${value.isLast}::boolean then ${value.now}::timestamptz end,
      rows_done = bulk_operation.rows_done + ${count} - sum.failed,
      rows_failed = bulk_operation.rows_failed + sum.failed,
      rows_total = case when ${value.isLast}::boolean
        then bulk_operation.rows_done + bulk_operation.rows_failed + ${count} else bulk_operation.rows_total end
    from held, (select ${failed} as failed) sum
    where bulk_operation.id = held.id
    returning bulk_operation.*
  ),
  next as (${enqueueJob(value, {
    queue: 'run-bulk-operation',
    id: value.nextJobId,
    from: sql`(select id from moved where state = 'running' and ${value.nextJobId}::uuid is not null) going`,
    payload: { operationId: sql`going.id` },
  })}),
  ended as (${recordEvent(value, {
    type: 'bulk.finished',
    id: value.finishedEventId,
    from: sql`(select * from moved where state = 'finished') over`,
    userId: sql`null::uuid`,
    data: {
      operationId: sql`over.id`,
      kind: sql`over.kind`,
      done: sql`over.rows_done`,
      failed: sql`over.rows_failed`,
    },
  })}),
  dropped as (
    update blob set drop_after = ${value.now}::timestamptz + make_interval(secs => ${sql.raw(String(keepsFileSeconds))})
    from moved where moved.state = 'finished' and blob.user_id = moved.id and blob.kind = 'bulk'
  )`
