import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { strongCaller } from '../authenticators/fragments'
import { enqueueNotice } from '../notifications/fragments'
import type { UserRow } from '../profiles/contract'
import { addressOf, lockUser, proveEmail, userById, userColumns } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import { forgetAcceptances } from '../profiles/terms-fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { endSessions, raiseSession } from '../sessions/fragments'
import { forgetFailures, isLocked } from '../sessions/lockout-fragments'
import type { LockoutValues } from '../sessions/lockout-values'
import type { Raising } from '../sessions/raise-values'
import { consumeToken, failing, recordEndedSessions, recordProof, recordUnlock, unlock, voidTokens } from './fragments'
import type { Standing } from './log-in-queries'

type Caller = { userId: string; sessionId: string }

/** The address that a reset token was mailed to, without using the token. No row: it would not be accepted. */
export const findResetAddress = statement<{ tokenHash: string; now: Date }, { email: string }>(
  'findResetAddress',
  (value) => sql`
  select email from email_token
  where token_hash = ${value.tokenHash}::text and purpose = 'reset-password' and consumed_at is null
    and expires_at > ${value.now}::timestamptz`,
)

/**
 * Consumes a reset token and sets the password, which an account that had none has then. It proves the address, ends
 * every session, voids all that was mailed before and tells the owner. No row: the token is unknown, used or over.
 */
export const resetPasswordByToken = statement<
  EventValues & {
    jobId: string
    endedEventId: string
    verifiedEventId: string
    joinJobId: string
    unlockedEventId: string
    tokenHash: string
    passwordHash: string
  },
  { userId: string }
>(
  'resetPasswordByToken',
  (value) => sql`
  with consumed as (${consumeToken(value, 'reset-password', sql`token_hash = ${value.tokenHash}::text`)}),
  changed as (
    insert into password (user_id, hash, created_at)
    select user_id, ${value.passwordHash}::text, ${value.now}::timestamptz from consumed
    on conflict (user_id) do update set hash = excluded.hash, created_at = excluded.created_at
    returning user_id as id
  ),
  proved as (${proveEmail(sql`consumed`, value.now)}),
  forgotten_terms as (${forgetAcceptances(sql`proved`)}),
  voided as (${voidTokens(sql`changed`, 'reset-password')}),
  unlocked as (${unlock(value, sql`consumed`)}),
  ended as (${endSessions(value, {
    owner: sql`(select changed.id from changed, (select count(*) from voided) first)`,
    keep: sql`null`,
    because: sql`'password_reset'`,
  })}),
  event as (${recordEvent(value, { type: 'password.reset', from: sql`changed`, userId: sql`changed.id`, data: {} })}),
  verified as (${recordProof(value)}), joins as (${enqueueJoin(value, 'proved')}),
  unlocked_event as (${recordUnlock(value, { userId: sql`(select id from changed)`, by: sql`'reset'` })}),
  ended_event as (${recordEndedSessions(value, 'password_reset')}),
  notice as (${enqueueNotice(value, {
    notice: 'password-changed',
    id: value.jobId,
    from: sql`changed`,
    userId: sql`changed.id`,
    recipient: addressOf(sql`changed.id`),
  })})
  select id as "userId" from changed`,
)

/**
 * The caller's address and password hash, null for an account that has none, and how often they failed before. No row:
 * their session is over. `isWeak`: it has shown no second factor, and they have one.
 */
export const findOwnPassword = statement<
  Caller & LockoutValues & { now: Date },
  Standing & { email: string; passwordHash: string | null; isWeak: boolean }
>(
  'findOwnPassword',
  (value) => sql`
  with caller as (${liveCaller(value)}), strong as (${strongCaller(value)}),
  person as (${userById(sql`(select user_id from caller)`)})
  select person.email, password.hash as "passwordHash", failing.subject, failing.failures,
    not exists (select 1 from strong) as "isWeak",
    failing.locked_until as "lockedUntil"
  from person
  left join password on password.user_id = person.id
  left join lateral (${failing(value, sql`person.email`)}) failing on true`,
)

/**
 * Replaces the caller's password if it is still the one that was checked and nothing has locked the account meanwhile. It
 * ends their other sessions, voids what was mailed before, forgets failures and tells the owner. No row: the session is
 * over, or the password is another by now, or locked.
 */
export const replaceOwnPassword = statement<
  EventValues &
    Caller & { jobId: string; endedEventId: string; subject: string; passwordHash: string; newHash: string },
  { id: string }
>(
  'replaceOwnPassword',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  locked as (${lockUser(sql`(select user_id from caller)`)}),
  changed as (
    update password set hash = ${value.newHash}::text, created_at = ${value.now}::timestamptz
    from locked where password.user_id = locked.id and password.hash = ${value.passwordHash}::text
      and not ${isLocked(value, sql`${value.subject}::text`)}
    returning password.user_id as id
  ),
  forgotten as (${forgetFailures(value, sql`(select ${value.subject}::text as subject from changed)`)}),
  voided as (${voidTokens(sql`changed`, 'verify-email')}),
  ended as (${endSessions(value, {
    owner: sql`(select changed.id from changed, (select count(*) from voided) first)`,
    keep: value.sessionId,
    because: sql`'password_changed'`,
  })}),
  event as (${recordEvent(value, {
    type: 'password.changed',
    from: sql`changed`,
    userId: sql`changed.id`,
    sessionId: value.sessionId,
    data: {},
  })}),
  ended_event as (${recordEndedSessions(value, 'password_changed')}),
  notice as (${enqueueNotice(value, {
    notice: 'password-changed',
    id: value.jobId,
    from: sql`changed`,
    userId: sql`changed.id`,
    recipient: addressOf(sql`changed.id`),
  })})
  select id from changed`,
)

/**
 * Raises the caller's session if the password that was just checked is still theirs and nothing has locked the account
 * meanwhile. No row: the session is over, or the password is another by now, or locked.
 */
export const raiseByPassword = statement<
  EventValues & Caller & Raising & { subject: string; passwordHash: string },
  UserRow & SessionState
>(
  'raiseByPassword',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  proved as (
    select password.user_id as id from password, caller
    where password.user_id = caller.user_id and password.hash = ${value.passwordHash}::text
      and not ${isLocked(value, sql`${value.subject}::text`)}
  ),
  forgotten as (${forgetFailures(value, sql`(select ${value.subject}::text as subject from proved)`)}),
  raised as (${raiseSession(value, sql`proved`)}),
  event as (${recordEvent(value, {
    type: 'session.raised',
    from: sql`raised`,
    userId: sql`raised.user_id`,
    sessionId: sql`raised.id`,
    data: { method: sql`'password'` },
  })}),
  person as (${userById(sql`(select id from proved)`)})
  select ${sessionStateColumns('raised')}, ${userColumns('person')} from raised, person`,
)
