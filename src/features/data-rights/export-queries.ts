import { sql } from 'drizzle-orm'
import { isWelcome, liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { privilegedCaller } from '../authenticators/fragments'
import { enqueueJob } from '../jobs/fragments'
import type { ExportRow } from './contract'

type Caller = { userId: string; sessionId: string }

const columns = sql`
  asked.id, asked.state, asked.parts_done as "partsDone", asked.parts_total as "partsTotal",
  asked.requested_at as "requestedAt", asked.finished_at as "finishedAt", asked.expires_at as "expiresAt",
  asked.delivered_at as "deliveredAt"`

/**
 * Asks for a copy of the caller's data, unless one is under way: then it gives that one. An archive that waits to be fetched
 * is void, since a newer one takes its place. No row: the session is over, or too old or too weak; or another one began
 * in the same moment.
 */
export const requestOwnExport = statement<
  EventValues & Caller & { freshAfter: Date; exportId: string; jobId: string },
  ExportRow
>(
  'requestOwnExport',
  (value) => sql`
  with caller as (${privilegedCaller(value)}),
  made as (
    insert into data_export (id, user_id, state, requested_at)
    select ${value.exportId}::uuid, caller.user_id, 'queued', ${value.now}::timestamptz from caller
    on conflict (user_id) where state in ('queued', 'running') do nothing
    returning *
  ),
  void_exports as (
    update data_export set state = 'expired', token_hash = null from made
    where data_export.user_id = made.user_id and data_export.state = 'ready'
    returning data_export.blob_key
  ),
  void_archives as (
    update blob set drop_after = ${value.now}::timestamptz from void_exports where blob.key = void_exports.blob_key
  ),
  job as (${enqueueJob(value, {
    queue: 'export-data',
    id: value.jobId,
    from: sql`made`,
    payload: { userId: sql`made.user_id`, exportId: sql`made.id` },
  })}),
  event as (${recordEvent(value, {
    type: 'export.requested',
    from: sql`made`,
    userId: sql`made.user_id`,
    sessionId: value.sessionId,
    data: {},
  })})
  select ${columns} from made asked
  union all
  select ${columns} from data_export asked join caller on asked.user_id = caller.user_id
  where asked.state in ('queued', 'running')`,
)

/** The caller's newest export. No row: their session is over. One row of nulls: they never asked. */
export const findOwnExport = statement<Caller & { now: Date }, ExportRow | { id: null }>(
  'findOwnExport',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${columns} from caller left join lateral (
    select * from data_export where data_export.user_id = caller.user_id order by data_export.id desc limit 1
  ) asked on true`,
)

type Job = { exportId: string }

/** Begins an export, or goes on with it. No row: it is done, or void, or the account is closed. */
export const beginExport = statement<Job & { partsTotal: number }, { requestedAt: Date }>(
  'beginExport',
  (value) => sql`
  update data_export set state = 'running', parts_done = 0, parts_total = ${value.partsTotal}::integer
  where id = ${value.exportId}::uuid and state in ('queued', 'running') and ${isWelcome(sql`data_export.user_id`)}
  returning requested_at as "requestedAt"`,
)

/** Notes how far it is. No row: it is void by now. */
export const noteExported = statement<Job & { partsDone: number }, { id: string }>(
  'noteExported',
  (value) => sql`
  update data_export set parts_done = ${value.partsDone}::integer
  where id = ${value.exportId}::uuid and state = 'running' and ${isWelcome(sql`data_export.user_id`)}
  returning id`,
)

/** Keeps the name of the archive before the store has it. No row: the export is void. */
export const keepArchiveKey = statement<Job & { key: string; now: Date; dropAfter: Date }, { key: string }>(
  'keepArchiveKey',
  (value) => sql`
  insert into blob (key, user_id, kind, created_at, drop_after)
  select ${value.key}::text, data_export.user_id, 'export', ${value.now}::timestamptz, ${value.dropAfter}::timestamptz
  from data_export
  where data_export.id = ${value.exportId}::uuid and data_export.state = 'running'
    and ${isWelcome(sql`data_export.user_id`)}
  on conflict (key) do update set drop_after = excluded.drop_after
  returning key`,
)

/** The archive is there: its owner is told, once. No row: the export is void, or was finished before. */
export const finishExport = statement<
  EventValues & Job & { key: string; jobId: string; expiresAt: Date },
  { id: string }
>(
  'finishExport',
  (value) => sql`
  with finished as (
    update data_export set state = 'ready', blob_key = ${value.key}::text, parts_done = parts_total,
      finished_at = ${value.now}::timestamptz, expires_at = ${value.expiresAt}::timestamptz
    where id = ${value.exportId}::uuid and state = 'running' and ${isWelcome(sql`data_export.user_id`)}
    returning id, user_id
  ),
  kept as (
    update blob set drop_after = ${value.expiresAt}::timestamptz from finished where blob.key = ${value.key}::text
  ),
  mail as (${enqueueJob(value, {
    queue: 'send-export-mail',
    id: value.jobId,
    from: sql`finished`,
    payload: { userId: sql`finished.user_id`, exportId: sql`finished.id` },
  })})
  select id from finished`,
)

/** Forgets an archive that the store has no more, or never had. */
export const forgetArchive = statement<{ key: string }, never>(
  'forgetArchive',
  (value) => sql`delete from blob where key = ${value.key}::text`,
)

/** Whether an export has its archive. */
export const findExportState = statement<Job, { state: ExportRow['state'] }>(
  'findExportState',
  (value) => sql`select state from data_export where id = ${value.exportId}::uuid`,
)

/** Voids up to `limit` exports that nobody fetched in time, or nobody makes any more. */
export const expireExportsBefore = statement<{ now: Date; abandonedBefore: Date; limit: number }, { id: string }>(
  'expireExportsBefore',
  (value) => sql`
  update data_export set state = 'expired', token_hash = null where id = any(array(
    select id from data_export
    where (state = 'ready' and expires_at <= ${value.now}::timestamptz)
      or (state in ('queued', 'running') and requested_at < ${value.abandonedBefore}::timestamptz)
    limit ${value.limit}::integer for update skip locked
  ))
  returning id`,
)
