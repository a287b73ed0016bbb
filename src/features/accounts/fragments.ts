import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { SessionEnd } from '../audit/contract'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { lockUser, ownsAddress, userByEmail } from '../profiles/fragments'
import { accountSubject, failuresOf, forgetFailures } from '../sessions/lockout-fragments'
import type { LockoutValues } from '../sessions/lockout-values'

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

/** Voids all of it. */
export const voidAllTokens = (owner: SQL): SQL => sql`
  delete from email_token using ${owner} owner where email_token.user_id = owner.id returning email_token.id`

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

/** Forgets the failures to log in to the accounts in `owner (id, email)`: who they are is proved. */
export const unlock = (value: { now: SQL }, owner: SQL): SQL =>
  forgetFailures(value, sql`(select ${accountSubject(sql`proven.email`)} as subject from ${owner} proven)`)

/** Records that the part `unlocked` took a lock off the person `userId`, if there was one. */
export const recordUnlock = (
  value: Placeholders<EventValues & { unlockedEventId: string }>,
  { userId, by }: { userId: SQL; by: SQL },
): SQL =>
  recordEvent(value, {
    type: 'account.unlocked',
    id: value.unlockedEventId,
    from: sql`unlocked where unlocked.was_locked`,
    userId,
    data: { by },
  })
