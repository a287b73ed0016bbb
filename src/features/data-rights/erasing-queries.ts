import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { isJobNaming } from '../jobs/fragments'
import { deleteOwnedAlone } from '../organizations/organization-fragments'

/** Adds to what an erasure has erased of one part. */
const note = (erasureId: SQL, part: SQL, count: SQL) => sql`
  update erasure set counts = erasure.counts
    || jsonb_build_object(${part}, coalesce((erasure.counts ->> ${part})::integer, 0) + ${count})
  where id = ${erasureId}::uuid and finished_at is null
  returning id`

/** Notes what was erased in a store that knows no transactions. */
export const noteErased = statement<{ erasureId: string; part: string; count: number }, { id: string }>(
  'noteErased',
  (value) => note(value.erasureId, sql`${value.part}::text`, sql`${value.count}::integer`),
)

/** Deletes the jobs that name a person (a JSON list), but those under way. */
export const deleteJobsNaming = statement<{ erasureId: string; names: string }, { count: number; underWay: number }>(
  'deleteJobsNaming',
  (value) => sql`
  with gone as (
    delete from pgboss.job where ${isJobNaming(value.names)} and job.state <> 'active' and job.id <> ${value.erasureId}::uuid
    returning 1
  ),
  noted as (${note(value.erasureId, sql`'jobs'`, sql`(select count(*) from gone)`)})
  select (select count(*) from gone)::integer as count, (
    select count(*) from pgboss.job
    where ${isJobNaming(value.names)} and job.state = 'active' and job.id <> ${value.erasureId}::uuid
  )::integer as "underWay", (select count(*) from noted)`,
)

export const listBlobKeys = statement<{ userId: string; limit: number }, { key: string }>(
  'listBlobKeys',
  (value) => sql`select key from blob where user_id = ${value.userId}::uuid order by key limit ${value.limit}::integer`,
)

/** Forgets blobs (a JSON list of keys) that the store has no more. */
export const deleteBlobRows = statement<{ erasureId: string; keys: string }, never>(
  'deleteBlobRows',
  (value) => sql`
  with gone as (
    delete from blob where key = any(array(select jsonb_array_elements_text(${value.keys}::text::jsonb))) returning 1
  ),
  ${sql`noted as (${note(value.erasureId, sql`'blobs'`, sql`(select count(*) from gone)`)})`}
  select id from noted`,
)

/** Deletes one of the organizations that belong to a person and nobody else, with all that is its own. No row: there is none. */
export const eraseOwnedOrganization = statement<EventValues & { erasureId: string; userId: string }, { id: string }>(
  'eraseOwnedOrganization',
  (value) => sql`
  with gone as (${deleteOwnedAlone(sql`${value.userId}::uuid`)}),
  noted as (${note(value.erasureId, sql`'database/organization'`, sql`(select count(*) from gone)`)}),
  event as (${recordEvent(value, {
    type: 'organization.deleted',
    from: sql`gone`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`gone.id` },
  })})
  select gone.id from gone, noted`,
)

/** Holds an erasure until the transaction ends. No row: another worker has finished it. */
export const holdErasure = statement<{ erasureId: string }, { counts: Record<string, number> }>(
  'holdErasure',
  (value) => sql`
  select counts from erasure where id = ${value.erasureId}::uuid and finished_at is null for update`,
)

/** Keeps the receipt of an erasure. */
export const finishErasure = statement<EventValues & { erasureId: string; userId: string; receipt: string }, never>(
  'finishErasure',
  (value) => sql`
  with finished as (
    update erasure set finished_at = ${value.now}::timestamptz, receipt = ${value.receipt}::text
    where id = ${value.erasureId}::uuid and finished_at is null
    returning user_id
  )
  ${recordEvent(value, { type: 'account.erased', from: sql`finished`, userId: sql`finished.user_id`, data: {} })}`,
)
