import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { viewColumns } from './fragments'
import type { RecordViewRow } from './search-contract'

type OfStream = { destination: string; now: Date }

/**
 * Takes a destination for one worker, and gives the position up to which it has the record; no row: another one has it, or
 * it failed since `failedBefore`. `sent_at` is when it was last tried, and `failure` says so while somebody does.
 * @param heldBefore who took it before that is dead
 */
export const takeStream = statement<OfStream & { failedBefore: Date; heldBefore: Date }, { position: number }>(
  'takeStream',
  (value) => sql`
  insert into audit_stream (destination, position, sent_at, failure)
  values (${value.destination}::text, 0, ${value.now}::timestamptz, 'sending')
  on conflict (destination) do update set sent_at = excluded.sent_at, failure = 'sending'
  where audit_stream.failure is null or audit_stream.sent_at is null
    or audit_stream.sent_at <= case when audit_stream.failure = 'sending' then ${value.heldBefore}::timestamptz
      else ${value.failedBefore}::timestamptz end
  returning position::float8 as position`,
)

/** The next records after a position. Whoever asks looks how far they are complete. */
export const listRecordsAfter = statement<{ position: string; limit: number }, RecordViewRow & { position: number }>(
  'listRecordsAfter',
  (value) => sql`
  select ${viewColumns('event')} from audit_event event
  where event.position > ${value.position}::text::bigint
  order by event.position limit ${value.limit}::integer`,
)

/** Notes up to where it was sent. No row: somebody else has the destination by now. @param isOver whether it is given back */
export const moveStream = statement<OfStream & { from: string; to: string; isOver: boolean }, { position: number }>(
  'moveStream',
  (value) => sql`
  update audit_stream set position = ${value.to}::text::bigint, sent_at = ${value.now}::timestamptz,
    failure = case when ${value.isOver}::boolean then null else 'sending' end
  where destination = ${value.destination}::text and position = ${value.from}::text::bigint and failure = 'sending'
  returning position::float8 as position`,
)

/** Notes why it could not be sent, and gives the destination back. */
export const noteStreamFailure = statement<OfStream & { from: string; failure: string }, never>(
  'noteStreamFailure',
  (value) => sql`
  update audit_stream set sent_at = ${value.now}::timestamptz, failure = ${value.failure}::text
  where destination = ${value.destination}::text and position = ${value.from}::text::bigint and failure = 'sending'`,
)
