import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import { mustByRole, mustHaveSecondFactor } from '../access/fragments'
import type { AuditEvents } from '../audit/contract'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf, grantRecoveryCodes, userColumns } from '../profiles/fragments'
import { openChallenge, trustedUntil, useTrust } from '../sessions/challenge-fragments'
import { noticeOfNewDevice, openSession, sessionStateColumns } from '../sessions/fragments'
import type { LogInValues } from './log-in-values'

/** Whether a person has a second factor that counts. */
export const hasSecondFactor = (userId: SQL): SQL => sql`has_second_factor(${userId})`

/**
 * Who calls, as `liveCaller`, if they showed who they are since `freshAfter`, and with a second factor if they have one:
 * what changes authenticators begins with it.
 */
export const privilegedCaller = (value: { userId: SQL; sessionId: SQL; now: SQL; freshAfter: SQL }): SQL => sql`
  ${liveCaller(value)} and live.authenticated_at >= ${value.freshAfter}::timestamptz
    and (live.acr <> 'aal1' or not ${hasSecondFactor(sql`live.user_id`)})`

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
  )
)`

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
  coalesce((select demand.since from second_factor_demand demand where demand.user_id = ${userId}), ${value.now}::timestamptz)
    + make_interval(secs => ${value.graceSeconds}::integer))`

/** Notes that the people in `owner (id)` have been told to set up a second factor, if they were not before. */
export const demandSecondFactor = (value: { now: SQL }, owner: SQL): SQL => sql`
  insert into second_factor_demand (user_id, since)
  select owner.id, ${value.now}::timestamptz from ${owner} owner on conflict do nothing`

/**
 * What becomes of the people in `owner (id)`, who have shown one factor: `session`, `second-factor` or `enrolment`.
 * Every log-in passes here, so that none goes around: who has a second factor is asked for it, but on a device that they
 * trust; who must have one and has none is let in for a while, and then has to set one up.
 */
const judge = (value: Placeholders<LogInValues>, owner: SQL): SQL => sql`
  select known.id, known.methods, known.knows_device, known.must and not known.has as is_demanded,
    case
      when known.has then case when known.trusted_until is null then 'second-factor' else 'session' end
      when known.must and known.due_at <= ${value.now}::timestamptz then 'enrolment'
      else 'session' end as outcome,
    case when known.has then known.trusted_until when known.must then known.due_at end as waived_until
  from (
    select owner.id, ${hasSecondFactor(sql`owner.id`)} as has, ${methodsOf(sql`owner.id`)} as methods,
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
  { owner, method }: { owner: SQL; method: AuditEvents['login.succeeded']['method'] },
): SQL => sql`
  judged as (${judge(value, owner)}),
  demanded as (${demandSecondFactor(value, sql`(select id from judged where is_demanded)`)}),
  opened as (${openSession(
    value,
    sql`(select id, waived_until from judged where outcome = 'session')`,
    sql`owner.waived_until`,
  )}),
  challenged as (${openChallenge(value, sql`(select id, outcome as kind, knows_device from judged where outcome <> 'session')`)}),
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

/**
 * Settles the accounts in `removed (user_id)`, one of whose second factors is gone: their sessions are lowered. Nothing
 * happens unless the statement reads the result.
 */
const settleSecondFactors = (removed: SQL): SQL =>
  sql`select settle_second_factors(removed.user_id) from ${removed} removed`

/** The apps of a person, confirmed or not: a JSON list of their ids and sealed secrets. */
export const totpSecretsOf = (userId: SQL, isConfirmed: SQL): SQL => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', totp.id, 'sealedSecret', totp.sealed_secret)), '[]'::jsonb)
  from totp_authenticator totp where totp.user_id = ${userId} and (totp.confirmed_at is not null) = ${isConfirmed}
)`

/** `codeHashes` is JSON: a list. */
export type NewCodes = { codeHashes: string; codeCount: number }

/** Gives the first recovery codes to the people in `owner (id)`; who has some keeps them. `granted` says who had none. */
export const firstCodes = (value: Placeholders<NewCodes> & { now: SQL }, owner: SQL): SQL => sql`
  granted as (${grantRecoveryCodes(owner, value.codeCount)}),
  codes as (
    insert into recovery_code (user_id, code_hash, created_at)
    select granted.id, made.hash, ${value.now}::timestamptz
    from granted, jsonb_array_elements_text(${value.codeHashes}::text::jsonb) made(hash)
  )`

/**
 * The parts that follow the part `removed (id, user_id, name, confirmed_at)` of a statement, whose rows were second
 * factors; it must read `settled`. Who had shown it is told that it is gone.
 */
export const removal = (
  value: Placeholders<EventValues & { sessionId: string; noticeJobId: string }>,
  kind: 'totp' | 'passkey',
): SQL => sql`
  settled as (${settleSecondFactors(sql`(select distinct user_id from removed)`)}),
  event as (${recordEvent(value, {
    type: 'authenticator.removed',
    from: sql`(select user_id from removed where confirmed_at is not null limit 1) gone`,
    userId: sql`gone.user_id`,
    sessionId: value.sessionId,
    data: { kind: sql.raw(`'${kind}'`) },
  })}),
  notice as (${enqueueNotice(value, {
    notice: kind === 'totp' ? 'totp-removed' : 'passkey-removed',
    id: value.noticeJobId,
    from: sql`(
      select user_id, string_agg(name, ', ' order by id) as names from removed where confirmed_at is not null group by user_id
    ) gone`,
    userId: sql`gone.user_id`,
    recipient: addressOf(sql`gone.user_id`),
    detail: sql`gone.names`,
  })})`

/**
 * The parts of a statement that remove the passkey `id` of a person: `found (is_one_of_several)` has a row if there is
 * one, `removed` if it may go: neither the last way in, nor the last second factor of somebody who must have one.
 */
export const removePasskey = (
  value: { id: SQL },
  { userId, mustHave, hasOtherWayIn }: { userId: SQL; mustHave: SQL; hasOtherWayIn: SQL },
): SQL => sql`
  found as (
    select passkey.id, exists (
      select 1 from passkey other where other.user_id = ${userId} and other.id <> passkey.id
    ) as is_one_of_several
    from passkey where passkey.id = ${value.id}::uuid and passkey.user_id = ${userId}
  ),
  removed as (
    delete from passkey using found
    where passkey.id = found.id and (found.is_one_of_several or (
      ${hasOtherWayIn} and (not ${mustHave} or exists (
        select 1 from totp_authenticator totp where totp.user_id = ${userId} and totp.confirmed_at is not null
      ))
    ))
    returning passkey.id, passkey.user_id, passkey.name, passkey.created_at as confirmed_at
  )`
