import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from '../profiles/contract'
import { insertUser, lockUnprovedUser, proveEmail, userByEmail, userById, userColumns } from '../profiles/fragments'
import type { SessionState } from '../sessions/contract'
import { endSessions, openSession, sessionStateColumns } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'

export type NewAccount = EventValues & {
  userId: string
  email: string
  passwordHash: string
  name: string | null
  locale: string | null
}

const account = (value: Placeholders<NewAccount>, sessionId = sql`null`): SQL => sql`
  person as (${insertUser(value)}),
  authenticator as (
    insert into password (user_id, hash, created_at)
    select id, ${value.passwordHash}::text, ${value.now}::timestamptz from person
  ),
  event as (${recordEvent(value, {
    type: 'account.registered',
    from: sql`person`,
    userId: sql`person.id`,
    sessionId,
    data: {},
  })}),
  repeated as (${recordEvent(value, {
    type: 'account.registration_repeated',
    from: sql`(${userByEmail(value.email)}) known`,
    userId: sql`known.id`,
    data: {},
  })})`

/** Adds an account. No row: the address is taken; that is recorded, so that both cases write and take as long. */
export const insertAccount = statement<NewAccount, UserRow>(
  (value) => sql`with ${account(value)} select ${userColumns('person')} from person`,
)

/**
 * The same, but while nobody has proved the address, the last registration's password holds: whoever came before its
 * owner loses theirs. Links that were mailed before prove nothing any more, since they were meant for another password.
 */
export const insertOrReplaceAccount = statement<NewAccount, UserRow>(
  (value) => sql`
  with ${account(value)},
  unproved as (${lockUnprovedUser(value.email)}),
  replaced as (
    update password set hash = ${value.passwordHash}::text, created_at = ${value.now}::timestamptz
    from unproved where password.user_id = unproved.id
  ),
  voided as (
    delete from email_token using unproved
    where email_token.user_id = unproved.id and email_token.purpose = 'verify-email'
  )
  select ${userColumns('person')} from person`,
)

/** Adds an account that is signed in at once. No row: the address is taken. */
export const insertAccountWithSession = statement<NewAccount & SessionValues, UserRow & SessionState>(
  (value) => sql`
  with ${account(value, value.sessionId)},
  opened as (${openSession(value, sql`person`)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from person, opened`,
)

export interface LogInCandidate extends UserRow {
  passwordHash: string | null
}

export const findLogInCandidate = statement<{ email: string }, LogInCandidate>(
  (value) => sql`
  with person as (${userByEmail(value.email)})
  select ${userColumns('person')},
    (select hash from password where user_id = person.id) as "passwordHash"
  from person`,
)

/** Opens a session if the password that was just checked is still the account's. No row: it is not. */
export const openSessionByPassword = statement<
  EventValues & SessionValues & { userId: string; passwordHash: string },
  UserRow & SessionState
>(
  (value) => sql`
  with proved as (
    select user_id as id from password where user_id = ${value.userId}::uuid and hash = ${value.passwordHash}::text
  ),
  opened as (${openSession(value, sql`proved`)}),
  event as (${recordEvent(value, {
    type: 'login.succeeded',
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql`'password'` },
  })}),
  person as (${userById(sql`(select user_id from opened)`)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from opened, person`,
)

/** Records a failed log-in; `userId` is null when there is no such account. */
export const recordFailedLogIn = statement<EventValues & { userId: string | null; reason: string }, never>((value) =>
  recordEvent(value, {
    type: 'login.failed',
    from: sql`(select 1) attempt`,
    userId: sql`${value.userId}::uuid`,
    data: { reason: sql`${value.reason}::text` },
  }),
)

/** Issues the token that proves an address that is not proved yet; it replaces the one before. No row: no need. */
export const issueVerificationToken = statement<
  EventValues & { userId: string; tokenId: string; tokenHash: string; expiresAt: Date },
  { email: string; name: string | null }
>(
  (value) => sql`
  with person as (${userById(sql`${value.userId}::uuid`)}),
  issued as (
    insert into email_token (id, user_id, purpose, email, token_hash, created_at, expires_at)
    select ${value.tokenId}::uuid, id, 'verify-email', email, ${value.tokenHash}::text, ${value.now}::timestamptz,
      ${value.expiresAt}::timestamptz
    from person where email_verified_at is null
    on conflict (user_id, purpose) do update set
      id = excluded.id, email = excluded.email, token_hash = excluded.token_hash, created_at = excluded.created_at,
      expires_at = excluded.expires_at, consumed_at = null
    returning user_id, email
  ),
  event as (${recordEvent(value, {
    type: 'email_token.issued',
    from: sql`issued`,
    userId: sql`issued.user_id`,
    data: { purpose: sql`'verify-email'` },
  })})
  select issued.email, person.name from issued, person`,
)

/**
 * Consumes a verification token and proves the address it was sent to. Sessions from before the first proof end, but
 * the one that brings the token. No row: the token is unknown, used or over.
 */
export const consumeVerificationToken = statement<
  EventValues & { tokenHash: string; keptSessionId: string | null; endedEventId: string },
  { userId: string }
>(
  (value) => sql`
  with consumed as (
    update email_token set consumed_at = ${value.now}::timestamptz
    where token_hash = ${value.tokenHash}::text and purpose = 'verify-email' and consumed_at is null
      and expires_at > ${value.now}::timestamptz
    returning user_id, email
  ),
  person as (${proveEmail(sql`consumed`, value.now)}),
  ended as (${endSessions(value, { owner: sql`person`, keep: value.keptSessionId, because: sql`'email_proved'` })}),
  event as (${recordEvent(value, {
    type: 'account.email_verified',
    from: sql`person`,
    userId: sql`person.id`,
    data: {},
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'email_proved'`, count: sql`counted.count` },
  })})
  select user_id as "userId" from consumed`,
)
