import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { SessionEnd } from '../audit/contract'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { JobPayloads } from '../jobs/contract'
import { enqueueJob } from '../jobs/fragments'
import { addressOf, lockUser, ownsAddress } from '../profiles/fragments'
import { fromNewDevice } from '../sessions/fragments'

type Caused = Placeholders<EventValues & { jobId: string }>

export interface NoticeOf {
  notice: JobPayloads['send-security-notice']['notice']
  /** The relation with the people to be told: one notice for each row. */
  from: SQL
  userId: SQL
  /** The address that the account has at that moment: whoever changes it next must not get the notice instead. */
  recipient: SQL
  newEmail?: SQL
  /** The job's id, where a statement queues more than one. */
  id?: SQL
}

/** Asks a person by mail: was this you? */
export const enqueueNotice = (
  value: Caused,
  { notice, from, userId, recipient, newEmail = sql`null`, id = value.jobId }: NoticeOf,
): SQL =>
  enqueueJob(value, {
    queue: 'send-security-notice',
    id,
    from,
    payload: { userId, notice: sql.raw(`'${notice}'`), recipient, newEmail },
  })

/** Tells a person of the session in `opened` when it is from a device that had none before. */
export const noticeOfNewDevice = (value: Caused): SQL =>
  enqueueNotice(value, {
    notice: 'new-device',
    from: sql`(${fromNewDevice(sql`opened`)}) stranger`,
    userId: sql`stranger.user_id`,
    recipient: addressOf(sql`stranger.user_id`),
  })

/** Records that the statement's part `proved` proved an address for the first time, if it did. */
export const recordProof = (value: Placeholders<EventValues & { verifiedEventId: string }>): SQL =>
  recordEvent(value, {
    type: 'account.email_verified',
    id: value.verifiedEventId,
    from: sql`proved`,
    userId: sql`proved.id`,
    data: {},
  })

/** Records how many sessions the statement's part `ended` ended; none, no event. */
export const recordEndedSessions = (
  value: Placeholders<EventValues & { endedEventId: string }>,
  reason: SessionEnd,
): SQL =>
  recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql.raw(`'${reason}'`), count: sql`counted.count` },
  })

/**
 * Uses up a mailed token: once, in time, for its purpose only, and while the address that it was mailed to is still the
 * account's (a token for a change goes to the address to be). Its owner is locked first.
 * Returns `user_id`, `email`, `session_id`.
 * @param condition finds the token, by columns of `email_token`
 */
export const consumeToken = (
  value: { now: SQL },
  purpose: 'verify-email' | 'reset-password' | 'log-in' | 'change-email',
  condition: SQL,
): SQL => sql`
  update email_token set consumed_at = ${value.now}::timestamptz
  where ${condition} and purpose = ${sql.raw(`'${purpose}'`)} and consumed_at is null
    and expires_at > ${value.now}::timestamptz
    and user_id = (${lockUser(
      sql`(select user_id from email_token where ${condition} and purpose = ${sql.raw(`'${purpose}'`)})`,
    )})
    ${purpose === 'change-email' ? sql`` : sql`and ${ownsAddress(sql`user_id`, sql`email_token.email`)}`}
  returning user_id, email, session_id`

/** Voids what was mailed to the people in `owner (id)`, but for tokens of one purpose. */
export const voidTokens = (owner: SQL, purpose: string): SQL => sql`
  delete from email_token using ${owner} owner
  where email_token.user_id = owner.id and email_token.purpose <> ${sql.raw(`'${purpose}'`)}
  returning email_token.id`
