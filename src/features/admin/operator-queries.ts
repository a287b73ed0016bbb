import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { forgetPasskeyChallenges } from '../authenticators/fragments'
import { enqueueJob } from '../jobs/fragments'
import { insertUser, lockUser } from '../profiles/fragments'
import { forgetChallenges, forgetTrust } from '../sessions/challenge-fragments'
import { endSessions } from '../sessions/fragments'

/** An account as the operator's commands show it. */
export interface AccountRow {
  id: string
  email: string
  emailVerified: boolean
  name: string | null
  roles: string[]
  bannedAt: Date | null
  bannedUntil: Date | null
  banReason: string | null
  closedAt: Date | null
  createdAt: Date
  sessions: number
}

const accounts = (value: { now: SQL }, people: SQL): SQL => sql`
  select person.id, person.email, person.email_verified_at is not null as "emailVerified", person.name, (
      select coalesce(jsonb_agg(held.role order by held.role), '[]') from role_assignment held
      where held.user_id = person.id and (held.expires_at is null or held.expires_at > ${value.now}::timestamptz)
    ) as roles, person.banned_at as "bannedAt", person.banned_until as "bannedUntil", person.ban_reason as "banReason",
    person.closed_at as "closedAt", person.created_at as "createdAt", (
      select count(*)::integer from session live
      where live.user_id = person.id and live.revoked_at is null and live.expires_at > ${value.now}::timestamptz
    ) as sessions
  from ${people} person`

/** The newest accounts that have a text in their address or name. @param pattern of LIKE */
export const listAccounts = statement<{ now: Date; pattern: string; limit: number }, AccountRow>(
  'listAccounts',
  (value) =>
    accounts(
      value,
      sql`(
    select * from "user" where email ilike ${value.pattern}::text or name ilike ${value.pattern}::text
    order by id desc limit ${value.limit}::integer
  )`,
    ),
)

/** Whoever has an address or an id. */
export const findAccount = statement<{ now: Date; email: string; userId: string | null }, AccountRow>(
  'findAccount',
  (value) =>
    accounts(value, sql`(select * from "user" where email = ${value.email}::text or id = ${value.userId}::uuid)`),
)

/** How many accounts there are, as far as it matters. */
export const countAccounts = statement<Record<never, never>, { count: number }>(
  'countAccounts',
  () => sql`select count(*)::integer as count from (select 1 from "user" limit 1000) counted`,
)

type NewAccount = EventValues & {
  userId: string
  email: string
  name: string | null
  locale: string | null
  passwordHash: string | null
  role: string | null
  roleEventId: string
  /** Of the mail that lets its owner set a password; null for none. */
  jobId: string | null
}

/** Makes an account for somebody. No row: the address is taken. */
export const createAccount = statement<NewAccount, { id: string }>(
  'createAccount',
  (value) => sql`
  with person as (${insertUser(value)}),
  granted as (
    insert into role_assignment (user_id, role, created_at)
    select person.id, ${value.role}::text, ${value.now}::timestamptz from person where ${value.role}::text is not null
    returning user_id
  ),
  authenticator as (
    insert into password (user_id, hash, created_at)
    select person.id, ${value.passwordHash}::text, ${value.now}::timestamptz from person
    where ${value.passwordHash}::text is not null
  ),
  event as (${recordEvent(value, {
    type: 'account.created',
    from: sql`person`,
    userId: sql`person.id`,
    data: { by: sql`'staff'` },
  })}),
  role_event as (${recordEvent(value, {
    type: 'role.granted',
    id: value.roleEventId,
    from: sql`granted`,
    userId: sql`granted.user_id`,
    data: { role: sql`${value.role}::text`, expiresAt: sql`null::text` },
  })}),
  mail as (${enqueueJob(value, {
    queue: 'send-reset-mail',
    id: value.jobId,
    from: sql`(select * from person where ${value.jobId}::uuid is not null) told`,
    payload: { email: sql`told.email` },
  })})
  select id from person`,
)

/** Says that an address is its owner's, since the operator knows. */
export const proveAccount = statement<{ userId: string; now: Date }, { id: string }>(
  'proveAccount',
  (value) => sql`
  update "user" set email_verified_at = ${value.now}::timestamptz
  where id = ${value.userId}::uuid and email_verified_at is null returning id`,
)

type OfAccount = EventValues & { userId: string; endedEventId: string }

/** Nothing that is open of the people in `owner (id)` stays open. */
const shutOut = (value: Placeholders<OfAccount>, owner: SQL, because: 'staff'): SQL => sql`
  waiting as (${forgetChallenges(owner)}),
  signing as (${forgetPasskeyChallenges(owner)}),
  distrusted as (${forgetTrust(owner)}),
  ended as (${endSessions(value, {
    owner: sql`(
      select shut.id from ${owner} shut, (select count(*) from waiting) first, (select count(*) from signing) second,
        (select count(*) from distrusted) third
    )`,
    keep: sql`null`,
    because: sql.raw(`'${because}'`),
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql.raw(`'${because}'`), count: sql`counted.count` },
  })})`

const held = (value: { userId: SQL }): SQL => lockUser(sql`${value.userId}::uuid`)

/** Ends every session of somebody, and says how many there were. */
export const signOutAccount = statement<OfAccount, { count: number }>(
  'signOutAccount',
  (value) => sql`
  with owner as (${held(value)}),
  ${shutOut(value, sql`owner`, 'staff')}
  select count(*)::integer as count from ended`,
)
