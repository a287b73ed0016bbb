import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'

type Caller = { userId: string; sessionId: string }

/** Notes what the caller is going to upload, for an hour; none when the session has ended. */
export const insertUpload = statement<Caller & { now: Date; key: string }, { key: string }>(
  'insertUpload',
  (value) => sql`
  with caller as (${liveCaller(value)})
  insert into blob (key, user_id, kind, created_at, drop_after)
  select ${value.key}::text, caller.user_id, 'upload', ${value.now}::timestamptz,
    ${value.now}::timestamptz + interval '1 hour'
  from caller
  returning key`,
)

/** Lets something be put at an address of ours, once. */
export const consumeUploadAddress = statement<{ now: Date; key: string }, { key: string }>(
  'consumeUploadAddress',
  (value) => sql`
  update blob set kind = 'uploaded'
  where key = ${value.key}::text and kind = 'upload' and drop_after > ${value.now}::timestamptz
  returning key`,
)

/**
 * Takes what the caller uploaded, once. Its row stays for the rest of its hour, since the address to put it at may work
 * longer than that: what comes there late is deleted with the row. No row: the session has ended.
 */
export const consumeUpload = statement<Caller & { now: Date; key: string }, { isTaken: boolean }>(
  'consumeUpload',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  taken as (
    update blob set kind = 'spent' from caller
    where blob.key = ${value.key}::text and blob.user_id = caller.user_id and blob.kind in ('upload', 'uploaded')
      and blob.drop_after > ${value.now}::timestamptz
    returning blob.key
  )
  select exists (select 1 from taken) as "isTaken" from caller`,
)

/** Blobs whose time is over, those first that have waited longest. */
export const listDroppedBlobs = statement<{ now: Date; limit: number }, { key: string }>(
  'listDroppedBlobs',
  (value) => sql`
  select key from blob where drop_after <= ${value.now}::timestamptz order by drop_after limit ${value.limit}::integer`,
)

/** Forgets blobs that are deleted; rows that another job forgets at the same moment are left to it. @param keys a JSON array */
export const deleteBlobRows = statement<{ now: Date; keys: string }, { key: string }>(
  'deleteBlobRows',
  (value) => sql`
  delete from blob where key = any(array(
    select key from blob
    where key in (select jsonb_array_elements_text(${value.keys}::text::jsonb)) and drop_after <= ${value.now}::timestamptz
    for update skip locked
  ))
  returning key`,
)
