import { sql } from 'drizzle-orm'
import type { Mail } from '#core/platform'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

export interface MailboxRow extends Mail {
  sentAt: Date
}

/** The newest mails, of all addresses or, where `to` is not null, of one. */
export const listMailboxMessages = statement<{ to: string | null }, MailboxRow>(
  'listMailboxMessages',
  (value) => sql`
  select "to", subject, text, html, template, data, sent_at as "sentAt" from mailbox_message
  where ${value.to}::text is null or "to" = ${value.to}::text
  order by sent_at desc, id desc limit 100`,
)

/**
 * Marks an address that mail came back from, once, and records it; the mail that the provider means counts as failed.
 * The mail is looked up by its recipient too, since there is an index on that.
 */
export const recordBouncedAddress = statement<
  EventValues & { email: string; reason: 'rejected' | 'bounced' | 'complained'; providerId: string },
  never
>(
  'recordBouncedAddress',
  (value) => sql`
  with failed as (
    update message set state = 'failed', failure = ${value.reason}::text, failed_at = ${value.now}::timestamptz
    where recipient = ${value.email}::text and provider_id = ${value.providerId}::text and state = 'sent'
  ),
  marked as (
    insert into bounced_address (email, reason, bounced_at)
    values (${value.email}::text, ${value.reason}::text, ${value.now}::timestamptz)
    on conflict (email) do nothing
    returning email
  )
  ${recordEvent(value, {
    type: 'address.bounced',
    from: sql`marked`,
    userId: sql`(
      select user_id from message where recipient = marked.email and provider_id = ${value.providerId}::text limit 1
    )`,
    data: { reason: sql`${value.reason}::text` },
  })}`,
)

/** Takes the mark from an address, so that mail goes there again. No row: it had none. */
export const forgetBouncedAddress = statement<{ email: string }, { email: string }>(
  'forgetBouncedAddress',
  (value) => sql`delete from bounced_address where email = ${value.email}::text returning email`,
)
