import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueJob } from '../jobs/fragments'
import { addressOf } from '../profiles/fragments'
import type { LockoutValues } from './lockout-values'

type Counting = { now: SQL; lockoutSeconds: SQL }

/** Whether what is known of a subject counts no more: its lock has ended, or its first failure was long ago. */
const isOver = (value: Counting, row: string): SQL => sql`
  coalesce(${sql.raw(row)}.locked_until, ${sql.raw(row)}.since + make_interval(secs => ${value.lockoutSeconds}::integer))
    <= ${value.now}::timestamptz`

/** An account's subject in the lockout: by its address, so that it counts alike whether or not there is an account. */
export const accountSubject = (email: SQL): SQL =>
  sql`'account:' || encode(sha256(convert_to(${email}, 'UTF8')), 'hex')`

/** The failures in a row of a subject, and the end of its lock; no row if there are none. */
export const failuresOf = (value: Counting, subject: SQL): SQL => sql`
  select failing.failures, failing.locked_until from lockout failing
  where failing.subject = ${subject} and not (${isOver(value, 'failing')})`

/** Whether a subject is locked. */
export const isLocked = (value: { now: SQL }, subject: SQL): SQL => sql`
  exists (select 1 from lockout locked where locked.subject = ${subject} and locked.locked_until > ${value.now}::timestamptz)`

/**
 * Counts one more failure of each subject in `from (subject)` that is not null; the one that makes it `most` locks.
 * Failures during a lock don't lengthen it. Parallel ones wait for each other, so just one of them returns `most`.
 * @param weight 0 for what is no failure, and only waits its turn and sees what was counted before it
 */
export const countFailure = (
  value: Counting,
  { from, most, weight = sql`1` }: { from: SQL; most: SQL; weight?: SQL },
): SQL => {
  const lockEnd = sql`${value.now}::timestamptz + make_interval(secs => ${value.lockoutSeconds}::integer)`
  const over = isOver(value, 'lockout')
  return sql`
  insert into lockout (subject, failures, since, locked_until)
  select counted.subject, ${weight}, ${value.now}::timestamptz, case when ${weight} >= ${most}::integer then ${lockEnd} end
  from ${from} counted where counted.subject is not null
  on conflict (subject) do update set
    failures = excluded.failures + case when ${over} then 0 else lockout.failures end,
    since = case when ${over} then excluded.since else lockout.since end,
    locked_until = case
      when ${over} then excluded.locked_until
      when lockout.locked_until is null and lockout.failures + excluded.failures >= ${most}::integer then ${lockEnd}
      else lockout.locked_until end
  returning subject, failures, locked_until`
}

/** Forgets the failures of the subjects in `from (subject)`. Returns whether each was locked. */
export const forgetFailures = (value: { now: SQL }, from: SQL): SQL => sql`
  delete from lockout using ${from} forgiven where lockout.subject = forgiven.subject
  returning lockout.subject, coalesce(lockout.locked_until > ${value.now}::timestamptz, false) as was_locked`

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
