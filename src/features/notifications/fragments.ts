import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { MessageValues } from './seal-values'

/**
 * Keeps the mail that the job is about to send, with what only its receiver may see sealed, so that another try sends
 * the same. Returns its id.
 */
export const queueMessage = (
  value: Placeholders<MessageValues> & { now: SQL },
  { from, userId, recipient }: { from: SQL; userId: SQL; recipient: SQL },
): SQL => sql`
  insert into message (id, user_id, recipient, template, locale, state, sealed_values, queued_at)
  select ${value.messageId}::uuid, ${userId}, ${recipient}, ${value.template}::text, ${value.locale}::text, 'queued',
    ${value.sealedValues}::text, ${value.now}::timestamptz
  from ${from}
  on conflict do nothing
  returning id`
