import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import type { UserRow } from '../profiles/contract'
import {
  holdOwner,
  insertUser,
  lockUnprovedUser,
  renameUnprovedUser,
  userByEmail,
  userById,
  userColumns,
} from '../profiles/fragments'
import type { SessionState } from '../sessions/contract'
import { openSession, sessionStateColumns } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'
import { noticeOfNewDevice } from './fragments'

export type NewAccount = EventValues & {
  jobId: string
  /** Both may happen: the address can be given up while a statement waits for it. */
  repeatedEventId: string
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
    id: value.repeatedEventId,
    from: sql`(${userByEmail(value.email)}) known`,
    userId: sql`known.id`,
    data: {},
  })})`

/**
 * Adds an account and tells nobody: for an address that was mailed often enough. If nobody has proved it, nobody's
 * password holds any more: its owner can't tell which of the links before is whose. An address that is taken is
 * recorded, so that both cases write and take as long.
 */
export const insertContestedAccount = statement<NewAccount, { id: string }>(
  (value) => sql`
  with ${account(value)},
  unproved as (${lockUnprovedUser(value.email)}),
  dropped as (delete from password using unproved where password.user_id = unproved.id)
  select id from person`,
)

/** The mail that follows a registration goes to whoever has the address; which one it is, the job finds out. */
const registrationMail = (value: Placeholders<NewAccount>, from: SQL): SQL =>
  enqueueJob(value, {
    queue: 'send-registration-mail',
    id: value.jobId,
    from,
    payload: { email: sql`${value.email}::text` },
  })

/**
 * Adds an account and queues the mail. While nobody has proved the address, the last registration's password holds:
 * whoever came before its owner loses theirs. Links that were mailed before prove nothing any more, since they were
 * meant for another password.
 */
export const insertOrReplaceAccount = statement<NewAccount, { id: string }>(
  (value) => sql`
  with ${account(value)},
  unproved as (${renameUnprovedUser(value)}),
  replaced as (
    insert into password (user_id, hash, created_at)
    select id, ${value.passwordHash}::text, ${value.now}::timestamptz from unproved
    on conflict (user_id) do update set hash = excluded.hash, created_at = excluded.created_at
  ),
  voided as (
    delete from email_token using unproved
    where email_token.user_id = unproved.id
  ),
  mail as (${registrationMail(value, sql`(select 1) once`)})
  select id from person`,
)

/** Adds an account that is signed in at once. No row: the address is taken. */
export const insertAccountWithSession = statement<NewAccount & SessionValues, UserRow & SessionState>(
  (value) => sql`
  with ${account(value, value.sessionId)},
  opened as (${openSession(value, sql`person`)}),
  mail as (${registrationMail(value, sql`person`)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from person, opened`,
)

export interface LogInCandidate extends UserRow {
  bannedAt: Date | null
  passwordHash: string | null
}

export const findLogInCandidate = statement<{ email: string }, LogInCandidate>(
  (value) => sql`
  with person as (${userByEmail(value.email)})
  select ${userColumns('person')}, person.banned_at as "bannedAt",
    password.hash as "passwordHash"
  from person left join password on password.user_id = person.id`,
)

/**
 * Opens a session if the password that was just checked is still the account's, and replaces an old hash by `newHash`
 * if that is not null. A log-in from a new device is mailed to its owner. No row: the hash is another by now.
 */
export const openSessionByPassword = statement<
  EventValues &
    SessionValues & {
      jobId: string
      userId: string
      email: string
      passwordHash: string
      newHash: string | null
    },
  UserRow & SessionState
>(
  (value) => sql`
  with owner as (${holdOwner(sql`${value.userId}::uuid`, sql`${value.email}::text`)}),
  proved as (
    update password set hash = coalesce(${value.newHash}::text, hash)
    from owner where password.user_id = owner.id and hash = ${value.passwordHash}::text
    returning password.user_id as id
  ),
  opened as (${openSession(value, sql`proved`)}),
  event as (${recordEvent(value, {
    type: 'login.succeeded',
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql`'password'` },
  })}),
  notice as (${noticeOfNewDevice(value)}),
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
