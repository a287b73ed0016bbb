import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import { recordEvent } from '../audit/fragments'
import { letIn, loggedIn } from '../authenticators/fragments'
import type { LoggedInRow } from '../authenticators/log-in-contract'
import type { LogInValues } from '../authenticators/log-in-values'
import { lockUser, proveEmail, userByEmail, userById } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import { forgetAcceptances } from '../profiles/terms-fragments'
import { endSessions } from '../sessions/fragments'
import { countFailure, countNetwork, failuresOf, mailLock, recordLock } from '../sessions/lockout-fragments'
import { consumeToken, failing, recordEndedSessions, recordProof, recordUnlock, unlock } from './fragments'

export type EmailLogIn = LogInValues & {
  endedEventId: string
  verifiedEventId: string
  joinJobId: string
  droppedEventId: string
  failedEventId: string
}

/**
 * What a log-in by mail does with the part `consumed` of its statement. If it is the first proof of the address, the
 * password, the sessions and what was accepted from before belong to who knows whom, and go.
 */
const logInConsumer = (value: Placeholders<EmailLogIn>, method: 'email_link' | 'email_code'): SQL => sql`
  proved as (${proveEmail(sql`consumed`, value.now)}),
  dropped as (delete from password using proved where password.user_id = proved.id returning password.user_id),
  forgotten_terms as (${forgetAcceptances(sql`proved`)}),
  ended as (${endSessions(value, {
    owner: sql`(select proved.id from proved, (select count(*) from dropped) first)`,
    keep: sql`null`,
    because: sql`'email_proved'`,
  })}),
  ${letIn(value, { owner: sql`(select user_id as id from consumed, (select count(*) from ended) first)`, method })},
  failed as (${recordEvent(value, {
    type: 'login.failed',
    id: value.failedEventId,
    from: sql`(select 1 where not exists (select 1 from consumed)) failure`,
    userId: sql`null::uuid`,
    data: { reason: sql.raw(`'${method}'`) },
  })}),
  verified as (${recordProof(value)}),
  joins as (${enqueueJoin(value, 'proved')}),
  dropped_event as (${recordEvent(value, {
    type: 'password.dropped',
    id: value.droppedEventId,
    from: sql`dropped`,
    userId: sql`dropped.user_id`,
    data: {},
  })}),
  ended_event as (${recordEndedSessions(value, 'email_proved')}),
  person as (
    select * from proved
    union all
    select known.* from (${userById(sql`(select user_id from consumed)`)}) known where not exists (select 1 from proved)
  )`

/**
 * Consumes a log-in link and lets its bearer in; whoever reads the mail is the owner, so a lock is lifted. No row: the link
 * is unknown, used or over; that is recorded.
 */
export const letInByLink = statement<EmailLogIn & { tokenHash: string; unlockedEventId: string }, LoggedInRow>(
  'letInByLink',
  (value) => sql`
  with consumed as (${consumeToken(value, 'log-in', sql`token_hash = ${value.tokenHash}::text`)}),
  unlocked as (${unlock(value, sql`consumed`)}),
  unlocked_event as (${recordUnlock(value, { userId: sql`(select user_id from consumed)`, by: sql`'log_in'` })}),
  ${logInConsumer(value, 'email_link')}
  ${loggedIn}`,
)

/** How often in a row it failed, this time included, and until when no code is looked at. */
interface Attempts {
  failures: number
  lockedUntil: Date | null
  networkShutUntil: Date | null
}

/**
 * Counts a failure, then consumes the code unless there were too many, and forgets the failures if that was right: so of
 * any number of parallel tries no more are looked at than may fail. The code of a mail that is not over is no guess, used
 * or not: it waits its turn and is not counted, though the answer is that to a failure. Whoever is let in is locked
 * before their failures, as in every statement that changes both. One row always: without a person, the code is wrong,
 * used or over, or was not looked at: `failures` is past the most, or the network is shut.
 */
export const letInByCode = statement<
  EmailLogIn & { email: string; codeHashes: string; lockedEventId: string; lockoutJobId: string },
  (LoggedInRow & Attempts) | ({ id: null } & Attempts)
>('letInByCode', (value) => {
  const email = sql`${value.email}::text`
  const isMailed = sql`user_id = (select id from (${userByEmail(email)}) addressed)
      and code_hash in (select jsonb_array_elements_text(${value.codeHashes}::text::jsonb))`
  const addressed = (weight: 0 | 1) =>
    sql`(select id from (${userByEmail(email)}) addressed, attempt where attempt.weight = ${sql.raw(`${weight}`)})`
  return sql`
  with failing as (${failing(value, email)}),
  attempt as (
    select case when exists (
      select 1 from email_token
      where ${isMailed} and purpose = 'log-in' and expires_at > ${value.now}::timestamptz
    ) then 0 else 1 end as weight
  ),
  held as (${lockUser(addressed(0))}),
  counted as (${countFailure(value, {
    from: sql`(select failing.subject from failing, (select count(*) from held) first)`,
    most: value.lockoutFailures,
    weight: sql`(select weight from attempt)`,
  })}),
  network as (${countNetwork(value, sql`(select weight from attempt)`)}),
  shut as (
    select known.locked_until from failing, (${failuresOf(value, sql`${value.networkSubject}::text`)}) known
    where known.locked_until is not null and failing.subject like 'account:%'
  ),
  consumed as (${consumeToken(
    value,
    'log-in',
    sql`${isMailed} and (select failures from counted) < ${value.lockoutFailures}::integer
      and not exists (select 1 from shut)`,
  )}),
  ${logInConsumer(value, 'email_code')},
  locked as (${recordLock(value, addressed(1))}),
  mail as (${mailLock(value, addressed(1))}),
  let_in as (${loggedIn}),
  forgotten as (
    select forget_failures(counted.subject) from counted
    where counted.failures = 0 or exists (select 1 from judged)
  )
  select let_in.*, counted.failures + 1 - attempt.weight as failures, counted.locked_until as "lockedUntil",
    (select locked_until from shut) as "networkShutUntil", (select count(*) from forgotten) as forgotten
  from attempt, counted left join let_in on true`
})
