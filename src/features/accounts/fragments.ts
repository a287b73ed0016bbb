import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { SessionEnd } from '../audit/contract'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { JobPayloads } from '../jobs/contract'
import { enqueueJob } from '../jobs/fragments'
import { addressOf, lockUser, ownsAddress, userByEmail } from '../profiles/fragments'
import { accountSubject, countFailure, failuresOf, forgetFailures, fromNewDevice } from '../sessions/fragments'
import type { LockoutValues } from '../sessions/lockout-values'

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
  purpose: 'verify-email' | 'reset-password' | 'log-in' | 'change-email' | 'unlock',
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

/**
 * Whom a failure to prove oneself the owner of an address counts against, with those in a row so far: the device, if it
 * logged in to that account before and since its password was set (without one, since its address was proved), and has
 * not failed too often itself; else the account, whether or not there is one.
 * One row always: `subject, failures, locked_until`.
 */
export const failing = (value: Placeholders<LockoutValues> & { now: SQL }, email: SQL): SQL => sql`
  select chosen.subject, coalesce(counted.failures, 0) as failures, counted.locked_until
  from (
    select case when exists (
      select 1 from (${userByEmail(email)}) owner left join password on password.user_id = owner.id
      where owner.id = ${value.deviceUserId}::uuid
        and coalesce(password.created_at, owner.email_verified_at, owner.created_at) <= ${value.deviceIssuedAt}::timestamptz
        and not exists (
          select 1 from (${failuresOf(value, sql`${value.deviceSubject}::text`)}) own
          where own.failures >= ${value.lockoutFailures}::integer
        )
    ) then ${value.deviceSubject}::text else ${accountSubject(email)} end as subject
  ) chosen
  left join lateral (${failuresOf(value, sql`chosen.subject`)}) counted on true`

/** Counts the failure in the part `counted` for the network too, unless it was a known device's. */
export const countNetwork = (value: Placeholders<LockoutValues> & { now: SQL }, weight: SQL): SQL =>
  countFailure(value, {
    from: sql`(
      select ${value.networkSubject}::text as subject from counted
      where counted.subject like 'account:%' and ${weight} = 1
    )`,
    most: value.networkFailures,
  })

type Locking = Placeholders<EventValues & { lockedEventId: string; lockoutJobId: string; lockoutFailures: number }>

/** The people in `owner (id)` whose account the failure in `counted (subject, failures)` has locked this moment. */
const lockedNow = (value: Locking, owner: SQL): SQL => sql`(
  select owner.id from ${owner} owner, counted
  where counted.subject like 'account:%' and counted.failures = ${value.lockoutFailures}::integer
) locked_now`

/** Records that the failure in the part `counted` locked an account, if it did. */
export const recordLock = (value: Locking, owner: SQL): SQL =>
  recordEvent(value, {
    type: 'account.locked',
    id: value.lockedEventId,
    from: lockedNow(value, owner),
    userId: sql`locked_now.id`,
    data: { failures: sql`${value.lockoutFailures}::integer` },
  })

/** Tells the owner so, with a link that unlocks it. */
export const mailLock = (value: Locking, owner: SQL): SQL =>
  enqueueJob(value, {
    queue: 'send-lockout-mail',
    id: value.lockoutJobId,
    from: lockedNow(value, owner),
    payload: { userId: sql`locked_now.id`, recipient: addressOf(sql`locked_now.id`) },
  })

/** Forgets the failures to log in to the accounts in `owner (id, email)`: who they are is proved. */
export const unlock = (value: { now: SQL }, owner: SQL): SQL =>
  forgetFailures(value, sql`(select ${accountSubject(sql`proven.email`)} as subject from ${owner} proven)`)

/** Records that the part `unlocked` took a lock off the person `userId`, if there was one. */
export const recordUnlock = (
  value: Placeholders<EventValues & { unlockedEventId: string }>,
  { userId, by }: { userId: SQL; by: 'mail' | 'reset' | 'log_in' | 'operator' },
): SQL =>
  recordEvent(value, {
    type: 'account.unlocked',
    id: value.unlockedEventId,
    from: sql`unlocked where unlocked.was_locked`,
    userId,
    data: { by: sql.raw(`'${by}'`) },
  })
