import { sql } from 'drizzle-orm'
import { isWelcome } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { queueMessage } from '../notifications/fragments'
import type { MessageValues } from '../notifications/seal-values'
import { userById } from '../profiles/fragments'

/** Whom to tell that their archive is there, and until when it is. No row: it is void or fetched. */
export const findReadyExport = statement<
  { exportId: string; now: Date },
  { userId: string; email: string; name: string | null; locale: string | null; expiresAt: Date }
>(
  'findReadyExport',
  (value) => sql`
  select person.id as "userId", person.email, person.name, person.locale, ready.expires_at as "expiresAt"
  from data_export ready, lateral (${userById(sql`ready.user_id`)}) person
  where ready.id = ${value.exportId}::uuid and ready.state = 'ready' and ready.expires_at > ${value.now}::timestamptz
    and ${isWelcome(sql`person.id`)}`,
)

/** Keeps the mail of a job and issues the token it brings, together. No row: another worker was faster with this job. */
export const issueExportToken = statement<
  MessageValues & { exportId: string; recipient: string; tokenHash: string; now: Date },
  { id: string }
>(
  'issueExportToken',
  (value) => sql`
  with ready as (
    select data_export.id, data_export.user_id from data_export
    where data_export.id = ${value.exportId}::uuid and data_export.state = 'ready'
      and ${isWelcome(sql`data_export.user_id`)}
    for update
  ),
  kept as (${queueMessage(value, {
    from: sql`ready`,
    userId: sql`ready.user_id`,
    recipient: sql`${value.recipient}::text`,
  })}),
  issued as (
    update data_export set token_hash = ${value.tokenHash}::text from ready
    where data_export.id = ready.id and exists (select 1 from kept)
  )
  select id from kept`,
)

/** The archive that a token fetches, without using the token. No row: it would not be accepted. */
export const findArchive = statement<{ tokenHash: string; now: Date }, { key: string }>(
  'findArchive',
  (value) => sql`
  select blob_key as key from data_export
  where token_hash = ${value.tokenHash}::text and state = 'ready' and expires_at > ${value.now}::timestamptz
    and ${isWelcome(sql`data_export.user_id`)}`,
)

/** Uses up the token of an archive, which is to be dropped soon. No row: it was used, or is over. */
export const consumeExport = statement<EventValues & { tokenHash: string; dropAfter: Date }, { id: string }>(
  'consumeExport',
  (value) => sql`
  with delivered as (
    update data_export set state = 'delivered', token_hash = null, delivered_at = ${value.now}::timestamptz
    where token_hash = ${value.tokenHash}::text and state = 'ready' and expires_at > ${value.now}::timestamptz
      and ${isWelcome(sql`data_export.user_id`)}
    returning id, user_id, blob_key
  ),
  dropped as (
    update blob set drop_after = ${value.dropAfter}::timestamptz from delivered where blob.key = delivered.blob_key
  ),
  event as (${recordEvent(value, {
    type: 'export.collected',
    from: sql`delivered`,
    userId: sql`delivered.user_id`,
    data: {},
  })})
  select id from delivered`,
)
