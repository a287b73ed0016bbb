import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { JobPayloads } from '../jobs/contract'
import { type Cause, enqueueJob } from '../jobs/fragments'
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

export interface NoticeOf {
  notice: JobPayloads['send-security-notice']['notice']
  /** The relation with the people to be told: one notice for each row. */
  from: SQL
  userId: SQL
  /** The address that the account has at that moment: whoever changes it next must not get the notice instead. */
  recipient: SQL
  newEmail?: SQL
  /** What it speaks of beside, such as an authenticator's name. */
  detail?: SQL
  /** The job's id. */
  id: SQL
}

/** Asks a person by mail: was this you? */
export const enqueueNotice = (
  value: Cause,
  { notice, from, userId, recipient, newEmail = sql`null`, detail, id }: NoticeOf,
): SQL =>
  enqueueJob(value, {
    queue: 'send-security-notice',
    id,
    from,
    payload: { userId, notice: sql.raw(`'${notice}'`), recipient, newEmail, ...(detail && { detail }) },
  })
