import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import { operationColumns } from './fragments'
import type { OperationError, OperationRow } from './operation-contract'

/** @param kinds a JSON list of those that the caller may see */
type Seen = { kinds: string }

type Asked = EventValues & {
  operationId: string
  kind: string
  isDryRun: boolean
  /** JSON. */
  options: string
  requestedBy: string | null
}

const insert = (value: Placeholders<Asked>, state: 'receiving' | 'queued'): SQL => sql`
  insert into bulk_operation (id, kind, state, is_dry_run, options, requested_by, created_at)
  values (${value.operationId}::uuid, ${value.kind}::text, ${sql.raw(`'${state}'`)}, ${value.isDryRun}::boolean,
    ${value.options}::text::jsonb, ${value.requestedBy}::uuid, ${value.now}::timestamptz)
  returning *`

const requested = (value: Placeholders<EventValues & { jobId: string }>, from: SQL): SQL => sql`
  job as (${enqueueJob(value, {
    queue: 'run-bulk-operation',
    id: value.jobId,
    from,
    payload: { operationId: sql`${from}.id` },
  })}),
  event as (${recordEvent(value, {
    type: 'bulk.requested',
    from,
    userId: sql`null::uuid`,
    data: { operationId: sql`${from}.id`, kind: sql`${from}.kind` },
  })})`

/** Begins an operation whose file is still to come. */
export const receiveOperation = statement<Asked, OperationRow>(
  'receiveOperation',
  (value) => sql`
  with made as (${insert(value, 'receiving')}) select ${operationColumns('made')} from made`,
)

/** Its file is there: whoever works jobs may begin. No row: it was cancelled meanwhile. @param bytes of the file */
export const queueOperation = statement<
  EventValues & { operationId: string; bytes: string; jobId: string },
  OperationRow
>(
  'queueOperation',
  (value) => sql`
  with made as (
    update bulk_operation set state = 'queued',
      options = options || jsonb_build_object('bytes', ${value.bytes}::text::bigint)
    where id = ${value.operationId}::uuid and state = 'receiving'
    returning *
  ),
  ${requested(value, sql`made`)}
  select ${operationColumns('made')} from made`,
)

/** Asks for an operation that needs no file. */
export const requestOperation = statement<Asked & { jobId: string }, OperationRow>(
  'requestOperation',
  (value) => sql`
  with made as (${insert(value, 'queued')}),
  ${requested(value, sql`made`)}
  select ${operationColumns('made')} from made`,
)

export const findOperation = statement<Seen & { operationId: string }, OperationRow>(
  'findOperation',
  (value) => sql`
  select ${operationColumns('found')} from bulk_operation found
  where found.id = ${value.operationId}::uuid
    and found.kind = any(array(select jsonb_array_elements_text(${value.kinds}::text::jsonb)))`,
)

/** Newest first. */
export const listOperationRows = statement<Seen & { cursor: string | null; limit: number }, OperationRow>(
  'listOperationRows',
  (value) => sql`
  select ${operationColumns('found')} from bulk_operation found
  where found.kind = any(array(select jsonb_array_elements_text(${value.kinds}::text::jsonb)))
    and (${value.cursor}::uuid is null or found.id < ${value.cursor}::uuid)
  order by found.id desc limit ${value.limit}::integer`,
)

/** What was wrong with rows, from a row and a pointer on. */
export const listErrorRows = statement<
  { operationId: string; afterRow: number; afterPointer: string; limit: number },
  OperationError
>(
  'listErrorRows',
  (value) => sql`
  select row, pointer, code, message from bulk_error
  where operation_id = ${value.operationId}::uuid
    and (row, pointer) > (${value.afterRow}::integer, ${value.afterPointer}::text)
  order by row, pointer limit ${value.limit}::integer`,
)

/** Rows that something was wrong with, each once. */
export const listFaultyRows = statement<{ operationId: string }, { row: number }>(
  'listFaultyRows',
  (value) => sql`select distinct row from bulk_error where operation_id = ${value.operationId}::uuid`,
)

/** Ends an operation before its end, unless it is over; its file goes. */
const endEarly = (value: { operationId: SQL; now: SQL }, state: SQL, failure: SQL): SQL => sql`
  ended as (
    update bulk_operation set state = ${state}, failure = ${failure}, finished_at = ${value.now}::timestamptz
    where id = ${value.operationId}::uuid and state in ('receiving', 'queued', 'running')
    returning *
  ),
  dropped as (
    update blob set drop_after = ${value.now}::timestamptz from ended where blob.user_id = ended.id
  )`

/** Cancels one: whoever works it stops at the next part. No row: it is over. */
export const cancelOperationById = statement<EventValues & { operationId: string }, OperationRow>(
  'cancelOperationById',
  (value) => sql`
  with ${endEarly(value, sql`'cancelled'`, sql`null`)},
  event as (${recordEvent(value, {
    type: 'bulk.cancelled',
    from: sql`ended`,
    userId: sql`null::uuid`,
    data: { operationId: sql`ended.id` },
  })})
  select ${operationColumns('ended')} from ended`,
)

/** Gives one up, for a reason that more tries would not mend. @param failure a word */
export const failOperation = statement<EventValues & { operationId: string; failure: string }, { id: string }>(
  'failOperation',
  (value) => sql`
  with ${endEarly(value, sql`'failed'`, sql`${value.failure}::text`)},
  event as (${recordEvent(value, {
    type: 'bulk.finished',
    from: sql`ended`,
    userId: sql`null::uuid`,
    data: {
      operationId: sql`ended.id`,
      kind: sql`ended.kind`,
      done: sql`ended.rows_done`,
      failed: sql`ended.rows_failed`,
    },
  })})
  select id from ended`,
)

/** Records that somebody fetched the file of an export. */
export const recordCollection = statement<EventValues & { operationId: string }, never>('recordCollection', (value) =>
  recordEvent(value, {
    type: 'bulk.collected',
    from: sql`(select ${value.operationId}::uuid as id) fetched`,
    userId: sql`null::uuid`,
    data: { operationId: sql`fetched.id` },
  }),
)

/** Gives up operations whose file never came to its end, and forgets up to `limit` that were over long ago. */
export const deleteOperationsBefore = statement<
  { now: Date; abandonedBefore: Date; before: Date; limit: number },
  { id: string }
>(
  'deleteOperationsBefore',
  (value) => sql`
  with abandoned as (
    update bulk_operation set state = 'failed', failure = 'upload_abandoned', finished_at = ${value.now}::timestamptz
    where state = 'receiving' and created_at < ${value.abandonedBefore}::timestamptz
  )
  delete from bulk_operation where id = any(array(
    select id from bulk_operation where created_at < ${value.before}::timestamptz
      and state in ('finished', 'failed', 'cancelled')
    order by created_at limit ${value.limit}::integer
  ))
  returning id`,
)
