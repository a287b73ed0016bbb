import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'

/** How long an answer is given again; after that its key is as good as new. */
export const keptHours = 24

type Owned = { userId: string; keyHash: string }

export interface AnswerRow {
  requestHash: string
  status: number
  sealedBody: string
}

/**
 * Takes a key for the caller, unless an answer is kept under it; one that is too old is replaced. It waits while another
 * transaction has the key, and locks what it found. No row: the caller's session is over.
 */
export const claimKey = statement<
  Owned & { sessionId: string; requestHash: string; now: Date },
  { isClaimed: boolean }
>(
  'claimKey',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  claimed as (
    insert into idempotent_answer as known (user_id, key_hash, request_hash, created_at)
    select user_id, ${value.keyHash}::text, ${value.requestHash}::text, ${value.now}::timestamptz from caller
    on conflict (user_id, key_hash) do update set
      request_hash = excluded.request_hash, status = null, sealed_body = null, created_at = excluded.created_at
    where known.created_at <= excluded.created_at - ${sql.raw(`interval '${keptHours} hours'`)}
    returning 1
  )
  select exists (select from claimed) as "isClaimed" from caller`,
)

/** The answer under a key that could not be claimed. A statement of its own: only a later one sees what was waited for. */
export const findAnswer = statement<Owned, AnswerRow>(
  'findAnswer',
  (value) => sql`
  select request_hash as "requestHash", status, sealed_body as "sealedBody" from idempotent_answer
  where user_id = ${value.userId}::uuid and key_hash = ${value.keyHash}::text`,
)

/** Puts the answer under the key that was claimed for it. */
export const keepAnswer = statement<Owned & { status: number; sealedBody: string }, never>(
  'keepAnswer',
  (value) => sql`
  update idempotent_answer set status = ${value.status}::integer, sealed_body = ${value.sealedBody}::text
  where user_id = ${value.userId}::uuid and key_hash = ${value.keyHash}::text`,
)

/** Deletes up to `limit` answers that are older; rows that others work on are left to them. */
export const deleteAnswersBefore = statement<{ before: Date; limit: number }, { keyHash: string }>(
  'deleteAnswersBefore',
  (value) => sql`
  delete from idempotent_answer where ctid = any(array(
    select ctid from idempotent_answer where created_at < ${value.before}::timestamptz
    order by created_at limit ${value.limit}::integer for update skip locked
  ))
  returning key_hash as "keyHash"`,
)
