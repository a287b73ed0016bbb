import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import { mustByRole, mustHaveSecondFactor } from '../access/fragments'
import type { AuditEvents } from '../audit/contract'
import { recordEvent } from '../audit/fragments'
import { userColumns } from '../profiles/fragments'
import { openChallenge, trustedUntil, useTrust } from '../sessions/challenge-fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import { noticeOfNewDevice, openSession } from '../sessions/fragments'
import type { LogInValues } from './log-in-values'

/** Whether a person has a second factor that counts. */
export const hasSecondFactor = (userId: SQL): SQL => sql`has_second_factor(${userId})`

/** Whether a person has a passkey. */
export const hasPasskey = (userId: SQL): SQL => sql`exists (select 1 from passkey where passkey.user_id = ${userId})`

/** Who calls, as `liveCaller`, if they showed a second factor or have none. */
export const strongCaller = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`
  ${liveCaller(value)} and (live.acr <> 'aal1' or not ${hasSecondFactor(sql`live.user_id`)})`

/**
 * Who calls, as `liveCaller`, if they showed who they are since `freshAfter`, and with a second factor if they have one:
 * what changes authenticators begins with it.
 */
export const privilegedCaller = (value: { userId: SQL; sessionId: SQL; now: SQL; freshAfter: SQL }): SQL => sql`
  ${strongCaller(value)} and live.authenticated_at >= ${value.freshAfter}::timestamptz`

/**
 * Whether the device that asks logged in to a person's account since they have a second factor: then it showed that. One
 * from before may be a stranger's who knew the password.
 */
const knowsDevice = (value: { deviceUserId: SQL; deviceIssuedAt: SQL }, userId: SQL): SQL => sql`(
  ${userId} = ${value.deviceUserId}::uuid and (
    exists (
      select 1 from totp_authenticator totp
      where totp.user_id = ${userId} and totp.confirmed_at < ${value.deviceIssuedAt}::timestamptz
    ) or exists (
      select 1 from passkey where passkey.user_id = ${userId} and passkey.created_at < ${value.deviceIssuedAt}::timestamptz
    )
  ))`

/** The ways in which a person can show a second factor: a JSON list. */
export const methodsOf = (userId: SQL): SQL => sql`(
  select coalesce(jsonb_agg(way.method order by way.rank), '[]'::jsonb) from (
    select 1 as rank, 'totp' as method
    where exists (select 1 from totp_authenticator totp where totp.user_id = ${userId} and totp.confirmed_at is not null)
    union all
    select 2, 'passkey' where exists (select 1 from passkey where passkey.user_id = ${userId})
    union all
    select 3, 'recovery_code'
    where exists (select 1 from recovery_code code where code.user_id = ${userId} and code.used_at is null)
  ) way
)`

/** Until when a person who must have a second factor may go on without one. */
export const dueAt = (value: { now: SQL; graceSeconds: SQL }, userId: SQL): SQL => sql`(
  least((select demand.since from second_factor_demand demand where demand.user_id = ${userId}), ${value.now}::timestamptz)
    + make_interval(secs => ${value.graceSeconds}::integer))`

/** Notes that the people in `owner (id)` have been told to set up a second factor, if they were not before. */
export const demandSecondFactor = (value: { now: SQL }, owner: SQL): SQL => sql`
  insert into second_factor_demand (user_id, since)
  select owner.id, ${value.now}::timestamptz from ${owner} owner on conflict do nothing`

/**
 * What becomes of the people in `owner (id)`, who have shown one factor: `session`, `second-factor` or `enrolment`.
 * Every log-in passes here, so that none goes around: who has a second factor is asked for it, but on a device that they
 * trust; who must have one and has none is let in for a while, and then has to set one up. It sees what was committed while
 * the statement waited for `owner`.
 */
const judge = (value: Placeholders<LogInValues>, owner: SQL): SQL => sql`
  select known.id, known.methods, known.knows_device, known.must and not known.has as is_demanded,
    case
      when known.has then case when known.trusted_until is null then 'second-factor' else 'session' end
      when known.must and known.due_at <= ${value.now}::timestamptz then 'enrolment'
      else 'session' end as outcome,
    case when known.has then known.trusted_until when known.must then known.due_at end as waived_until
  from (
    select owner.id, not lacks_second_factor(owner.id) as has, ${methodsOf(sql`owner.id`)} as methods,
      ${knowsDevice(value, sql`owner.id`)} as knows_device,
      ${mustHaveSecondFactor(value, sql`owner.id`)} as must, ${dueAt(value, sql`owner.id`)} as due_at,
      case when not ${mustByRole(value, sql`owner.id`)} then ${trustedUntil(value, sql`owner.id`)} end as trusted_until
    from ${owner} owner
  ) known`

/**
 * The parts of a statement that let in the people in `owner (id)`, who have shown one factor: a session opens, or a
 * challenge for the second. It is recorded, and a session from a new device mailed to its owner. The statement goes on with
 * a part `person`, and ends with `loggedIn`.
 */
export const letIn = (
  value: Placeholders<LogInValues>,
  { owner, method, identityId }: { owner: SQL; method: AuditEvents['login.succeeded']['method']; identityId?: SQL },
): SQL => sql`
  judged as (${judge(value, owner)}),
  demanded as (${demandSecondFactor(value, sql`(select id from judged where is_demanded)`)}),
  opened as (${openSession(
    value,
    sql`(select id, waived_until from judged where outcome = 'session')`,
    sql`owner.waived_until`,
    identityId,
  )}),
  challenged as (${openChallenge(
    value,
    sql`(select id, outcome as kind, knows_device from judged where outcome <> 'session')`,
    identityId,
  )}),
  trusted as (${useTrust(
    value,
    sql`(select id from judged where outcome = 'session' and waived_until is not null and not is_demanded)`,
  )}),
  succeeded as (${recordEvent(value, {
    type: 'login.succeeded',
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql.raw(`'${method}'`) },
  })}),
  challenged_event as (${recordEvent(value, {
    type: 'login.challenged',
    id: value.challengedEventId,
    from: sql`challenged`,
    userId: sql`challenged.user_id`,
    data: { method: sql.raw(`'${method}'`), kind: sql`challenged.kind` },
  })}),
  notice as (${noticeOfNewDevice(value)})`

/** The end of a statement with a `letIn` in it: a `LoggedInRow`. */
export const loggedIn = sql`
  select ${sessionStateColumns('opened')}, ${userColumns('person')}, challenged.kind as "challengeKind",
    judged.methods, trusted.id as "trustedDeviceId"
  from judged join person on person.id = judged.id
  left join opened on true left join challenged on true left join trusted on true`

/** The apps of a person, confirmed or not: a JSON list of their ids and sealed secrets. */
export const totpSecretsOf = (userId: SQL, isConfirmed: SQL): SQL => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', totp.id, 'sealedSecret', totp.sealed_secret)), '[]'::jsonb)
  from totp_authenticator totp where totp.user_id = ${userId} and (totp.confirmed_at is not null) = ${isConfirmed}
)`

/** Forgets what browsers of the people in `owner (id)` were given to sign. */
export const forgetPasskeyChallenges = (owner: SQL): SQL => sql`
  delete from passkey_challenge using ${owner} owner where passkey_challenge.user_id = owner.id
  returning passkey_challenge.challenge_hash`
