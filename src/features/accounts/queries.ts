import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { demandSecondFactor } from '../authenticators/fragments'
import { enqueueJob } from '../jobs/fragments'
import type { UserRow } from '../profiles/contract'
import { insertUser, lockUnprovedUser, renameUnprovedUser, userByEmail, userColumns } from '../profiles/fragments'
import { recordAcceptances } from '../profiles/terms-fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { openSession } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'

export type NewAccount = EventValues & {
  jobId: string
  /** Both may happen: the address can be given up while a statement waits for it. */
  repeatedEventId: string
  userId: string
  email: string
  passwordHash: string
  /** What was accepted, for `recordAcceptances`. */
  terms: string
  name: string | null
  locale: string | null
}

const account = (value: Placeholders<NewAccount>, sessionId = sql`null`): SQL => sql`
  person as (${insertUser(value)}),
  authenticator as (
    insert into password (user_id, hash, created_at)
    select id, ${value.passwordHash}::text, ${value.now}::timestamptz from person
  ),
  accepted as (${recordAcceptances(value, sql`person`)}),
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
  'insertContestedAccount',
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
  'insertOrReplaceAccount',
  (value) => sql`
  with ${account(value)},
  unproved as (${renameUnprovedUser(value)}),
  replaced as (
    insert into password (user_id, hash, created_at)
    select id, ${value.passwordHash}::text, ${value.now}::timestamptz from unproved
    on conflict (user_id) do update set hash = excluded.hash, created_at = excluded.created_at
  ),
  accepted_again as (${recordAcceptances(value, sql`unproved`, { isRenewed: true })}),
  voided as (
    delete from email_token using unproved
    where email_token.user_id = unproved.id
  ),
  mail as (${registrationMail(value, sql`(select 1) once`)})
  select id from person`,
)

/**
 * Adds an account that is signed in at once; where everybody must have a second factor, for `graceSeconds` without one.
 * No row: the address is taken.
 */
export const insertAccountWithSession = statement<
  NewAccount & SessionValues & Pick<SecondFactorPolicy, 'secondFactorForAll'> & { graceSeconds: number },
  UserRow & SessionState
>('insertAccountWithSession', (value) => {
  const isDemanded = sql`${value.secondFactorForAll}::boolean`
  const waivedUntil = sql`case when ${isDemanded}
    then ${value.now}::timestamptz + make_interval(secs => ${value.graceSeconds}::integer) end`
  return sql`
  with ${account(value, value.sessionId)},
  opened as (${openSession(value, sql`person`, waivedUntil)}),
  demanded as (${demandSecondFactor(value, sql`(select id from person where ${isDemanded})`)}),
  mail as (${registrationMail(value, sql`person`)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from person, opened`
})
