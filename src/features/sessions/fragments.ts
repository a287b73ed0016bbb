import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import type { SessionValues } from './new-session'

/** The columns of a `SessionState`, from a relation that has the table's columns. */
export const sessionStateColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id as "sessionId"',
      'user_id as "userId"',
      'counter',
      'rotated_at as "rotatedAt"',
      'authenticated_at as "authenticatedAt"',
      'expires_at as "expiresAt"',
      'amr',
      'acr',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** Opens a session for the person in `owner (id)`: one that authenticated right now. */
export const openSession = (
  value: Placeholders<SessionValues> & { now: SQL; ipAddress: SQL; userAgent: SQL },
  owner: SQL,
): SQL => sql`
  insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at,
    expires_at, absolute_expires_at, ip_address, user_agent, device)
  select ${value.sessionId}::uuid, owner.id, ${value.now}::timestamptz, ${value.amr}::text::jsonb, ${value.acr}::text,
    ${value.now}::timestamptz, ${value.now}::timestamptz, ${value.now}::timestamptz,
    ${value.sessionExpiresAt}::timestamptz, ${value.sessionAbsoluteExpiresAt}::timestamptz,
    ${value.ipAddress}::text, ${value.userAgent}::text, ${value.device}::text
  from ${owner} owner
  returning *`

/**
 * Ends the live sessions of the person in `owner (id)`, all but one if `keep` is not null; returns their ids. It happens
 * after `owner` is there, and sees the sessions of that moment: also one that opened while `owner` waited for its lock.
 * Nothing is ended unless the statement reads the result.
 */
export const endSessions = (
  value: { now: SQL },
  { owner, keep, because }: { owner: SQL; keep: SQL; because: SQL },
): SQL => sql`
  select ended.id, ended.user_id
  from ${owner} owner, lateral end_sessions(owner.id, ${keep}::uuid, ${value.now}::timestamptz, ${because}) ended`

/**
 * The sessions in `opened (user_id, device)` whose owner had sessions before, and none of them from this device. The
 * first log-in of all is no news to anyone.
 */
export const fromNewDevice = (opened: SQL): SQL => sql`
  select opened.user_id from ${opened} opened
  where exists (select 1 from session before where before.user_id = opened.user_id and before.device is not null)
    and not exists (
      select 1 from session before where before.user_id = opened.user_id and before.device = opened.device
    )`

/** Whether a session is its owner's and alive. */
export const isLive = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`exists (${liveCaller(value)})`

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
