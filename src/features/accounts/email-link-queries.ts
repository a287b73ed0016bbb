import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from '../profiles/contract'
import { proveEmail, userByEmail, userById, userColumns } from '../profiles/fragments'
import type { SessionState } from '../sessions/contract'
import { endSessions, openSession, sessionStateColumns } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'
import { consumeToken, noticeOfNewDevice, recordEndedSessions, recordProof } from './fragments'

export type EmailLogIn = EventValues &
  SessionValues & {
    jobId: string
    endedEventId: string
    verifiedEventId: string
    droppedEventId: string
    failedEventId: string
  }

/**
 * What a log-in by mail does with the part `consumed` of its statement. If it is the first proof of the address, the
 * password and the sessions from before belong to who knows whom, and go.
 */
const logInConsumer = (value: Placeholders<EmailLogIn>, method: 'email_link' | 'email_code'): SQL => sql`
  proved as (${proveEmail(sql`consumed`, value.now)}),
  dropped as (delete from password using proved where password.user_id = proved.id returning password.user_id),
  ended as (${endSessions(value, {
    owner: sql`(select proved.id from proved, (select count(*) from dropped) first)`,
    keep: sql`null`,
    because: sql`'email_proved'`,
  })}),
  opened as (${openSession(value, sql`(select user_id as id from consumed, (select count(*) from ended) first)`)}),
  succeeded as (${recordEvent(value, {
    type: 'login.succeeded',
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql.raw(`'${method}'`) },
  })}),
  failed as (${recordEvent(value, {
    type: 'login.failed',
    id: value.failedEventId,
    from: sql`(select 1 where not exists (select 1 from consumed)) failure`,
    userId: sql`null::uuid`,
    data: { reason: sql.raw(`'${method}'`) },
  })}),
  verified as (${recordProof(value)}),
  dropped_event as (${recordEvent(value, {
    type: 'password.dropped',
    id: value.droppedEventId,
    from: sql`dropped`,
    userId: sql`dropped.user_id`,
    data: {},
  })}),
  ended_event as (${recordEndedSessions(value, 'email_proved')}),
  notice as (${noticeOfNewDevice(value)}),
  person as (
    select * from proved
    union all
    select known.* from (${userById(sql`(select user_id from consumed)`)}) known where not exists (select 1 from proved)
  )`

const sessionOfPerson = sql`select ${sessionStateColumns('opened')}, ${userColumns('person')} from opened, person`

/** Consumes a log-in link and opens a session. No row: the link is unknown, used or over; that is recorded. */
export const openSessionByLink = statement<EmailLogIn & { tokenHash: string }, UserRow & SessionState>(
  (value) => sql`
  with consumed as (${consumeToken(value, 'log-in', sql`token_hash = ${value.tokenHash}::text`)}),
  ${logInConsumer(value, 'email_link')}
  ${sessionOfPerson}`,
)

/** How often codes were tried for an address, and since when. */
interface Attempts {
  attempts: number
  attemptedSince: Date
}

/** How often codes may be tried for one address, in how many seconds: one guess in 100,000 gets in. */
export const codeAttemptLimit = 10
export const codeAttemptSeconds = 600

/**
 * Counts an attempt for the address, whether or not it has an account, then consumes the code. One row always: without
 * a session, the code is wrong, used or over, or (`attempts` past the limit) was not looked at.
 */
export const openSessionByCode = statement<
  EmailLogIn & { email: string; addressHash: string; codeHashes: string },
  (UserRow & SessionState & Attempts) | ({ id: null } & Attempts)
>((value) => {
  const now = sql`${value.now}::timestamptz`
  const isOver = sql`code_attempt.since <= ${now} - make_interval(secs => ${sql.raw(String(codeAttemptSeconds))})`
  return sql`
  with attempt as (
    insert into code_attempt (address_hash, count, since) values (${value.addressHash}::text, 1, ${now})
    on conflict (address_hash) do update set
      count = case when ${isOver} then 1 else code_attempt.count + 1 end,
      since = case when ${isOver} then ${now} else code_attempt.since end
    returning count, since
  ),
  consumed as (${consumeToken(
    value,
    'log-in',
    sql`user_id = (select id from (${userByEmail(value.email)}) addressed)
      and code_hash in (select jsonb_array_elements_text(${value.codeHashes}::text::jsonb))
      and (select count from attempt) <= ${sql.raw(String(codeAttemptLimit))}`,
  )}),
  ${logInConsumer(value, 'email_code')},
  session_of_person as (${sessionOfPerson})
  select session_of_person.*, attempt.count as attempts, attempt.since as "attemptedSince" from attempt left join session_of_person on true`
})
