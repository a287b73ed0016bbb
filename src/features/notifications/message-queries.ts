import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { isUnfinished } from '../jobs/fragments'
import { queueMessage } from './fragments'
import type { MessageValues } from './seal-values'

export interface MessageRow {
  recipient: string
  template: string
  locale: string
  state: 'queued' | 'sent' | 'failed'
  sealedValues: string | null
  failure: string | null
  hasBounced: boolean
}

/** A mail, and whether its address is one that mail came back from. */
export const findMessage = statement<{ messageId: string }, MessageRow>(
  'findMessage',
  (value) => sql`
  select recipient, template, locale, state, sealed_values as "sealedValues", failure,
    exists (select 1 from bounced_address where bounced_address.email = message.recipient) as "hasBounced"
  from message where id = ${value.messageId}::uuid`,
)

/** Keeps a mail to a person that brings nothing secret. */
export const insertMessage = statement<
  MessageValues & { userId: string; recipient: string; now: Date },
  { id: string }
>('insertMessage', (value) =>
  queueMessage(value, {
    from: sql`(select 1) once`,
    userId: sql`${value.userId}::uuid`,
    recipient: sql`${value.recipient}::text`,
  }),
)

/** The mail is on its way: what only its receiver may see is forgotten. */
export const markMessageSent = statement<{ messageId: string; now: Date; providerId: string | null }, never>(
  'markMessageSent',
  (value) => sql`
  update message set state = 'sent', sent_at = ${value.now}::timestamptz, provider_id = ${value.providerId}::text,
    attempts = attempts + 1, sealed_values = null, failure = null
  where id = ${value.messageId}::uuid and state = 'queued'`,
)

export const noteFailedAttempt = statement<{ messageId: string; reason: string }, never>(
  'noteFailedAttempt',
  (value) => sql`
  update message set attempts = attempts + 1, failure = ${value.reason}::text
  where id = ${value.messageId}::uuid and state = 'queued'`,
)

/** The mail will not be sent. An address that was refused as such is marked, so that nothing else goes there. */
export const markMessageFailed = statement<
  EventValues & { messageId: string; reason: string; isRecipientInvalid: boolean },
  never
>(
  'markMessageFailed',
  (value) => sql`
  with failed as (
    update message set state = 'failed', failed_at = ${value.now}::timestamptz, failure = ${value.reason}::text,
      attempts = attempts + 1, sealed_values = null
    where id = ${value.messageId}::uuid and state = 'queued'
    returning recipient, user_id
  ),
  marked as (
    insert into bounced_address (email, reason, bounced_at)
    select recipient, 'rejected', ${value.now}::timestamptz from failed where ${value.isRecipientInvalid}::boolean
    on conflict do nothing
    returning email
  )
  ${recordEvent(value, {
    type: 'address.bounced',
    from: sql`marked, failed`,
    userId: sql`failed.user_id`,
    data: { reason: sql`'rejected'` },
  })}`,
)

/**
 * Of up to `limit` mails that wait, after one, gives up those whose jobs ended without a word, since their workers died at the
 * last try: what only the receiver may see is forgotten. Gives the ids of all that it looked at, in order.
 */
export const failAbandonedMessages = statement<{ afterId: string; limit: number; now: Date }, { id: string }>(
  'failAbandonedMessages',
  (value) => sql`
  with waiting as materialized (
    select id from message where state = 'queued' and id > ${value.afterId}::uuid
    order by id limit ${value.limit}::integer
  ),
  failed as (
    update message set state = 'failed', failed_at = ${value.now}::timestamptz, sealed_values = null,
      failure = coalesce(failure, 'The worker died at the last try.')
    from waiting
    where message.id = waiting.id and state = 'queued' and not ${isUnfinished(sql`waiting.id`)}
  )
  select id from waiting order by id`,
)

/** Deletes up to `limit` messages from before; rows that others work on are left to them. */
export const deleteMessagesBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteMessagesBefore',
  (value) => sql`
  delete from message where id = any(array(
    select id from message where queued_at < ${value.before}::timestamptz
    order by queued_at limit ${value.limit}::integer for update skip locked
  ))
  returning id`,
)

export interface MessageState {
  id: string
  recipient: string
  template: string
  locale: string
  state: 'queued' | 'sent' | 'failed'
  attempts: number
  failure: string | null
  queuedAt: Date
  sentAt: Date | null
  failedAt: Date | null
}

/** The newest messages, of all recipients or of one. */
export const listMessageRows = statement<{ recipient: string | null; limit: number }, MessageState>(
  'listMessageRows',
  (value) => sql`
  select id, recipient, template, locale, state, attempts, failure, queued_at as "queuedAt", sent_at as "sentAt",
    failed_at as "failedAt"
  from message where ${value.recipient}::text is null or recipient = ${value.recipient}::text
  order by id desc limit ${value.limit}::integer`,
)
