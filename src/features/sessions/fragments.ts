import { type SQL, sql } from 'drizzle-orm'
import { isOwnOrStands, liveCaller } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { idOfEach, recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf } from '../profiles/fragments'
import type { SessionValues } from './new-session'
import type { Raising } from './raise-values'

/** Whether a row of the table is alive: it has not ended, and whoever of the staff acts in it may go on. */
export const isAlive = (now: SQL): SQL => sql`(
  session.revoked_at is null and session.expires_at > ${now}::timestamptz and ${isOwnOrStands('session', now)})`

/**
 * Opens a session for the person in `owner (id)`: one that authenticated right now.
 * @param waivedUntil until when it may go on without a second factor, as an expression on `owner`; null where that is
 * no question. Then it ends.
 * @param identityId the account at another provider that opens it, as an expression on `owner`
 */
export const openSession = (
  value: Placeholders<SessionValues> & { now: SQL; ipAddress: SQL; userAgent: SQL },
  owner: SQL,
  waivedUntil = sql`null::timestamptz`,
  identityId = sql`null::uuid`,
): SQL => sql`
  insert into session (id, user_id, rotated_at, amr, acr, identity_id, second_factor_id, waived_until, authenticated_at, created_at,
    last_used_at, expires_at, absolute_expires_at, ip_address, user_agent, device)
  select ${value.sessionId}::uuid, owner.id, ${value.now}::timestamptz, ${value.amr}::text::jsonb, ${value.acr}::text,
    ${identityId}, ${value.secondFactorId}::uuid, ${waivedUntil},
    ${value.now}::timestamptz, ${value.now}::timestamptz, ${value.now}::timestamptz,
    least(${value.sessionExpiresAt}::timestamptz, ${waivedUntil}),
    least(${value.sessionAbsoluteExpiresAt}::timestamptz, ${waivedUntil}),
    ${value.ipAddress}::text, ${value.userAgent}::text, ${value.device}::text
  from ${owner} owner
  returning *`

/**
 * Opens a session of the person in `owner (id)`, in which the one in `caller (user_id)` acts, by the way in which they showed in
 * their own session who they are. It is no device of its owner's, and from where it is used is not their affair.
 */
export const openImpersonation = (
  value: { now: SQL; sessionId: SQL; newSessionId: SQL; endsAt: SQL; reason: SQL },
  { caller, owner }: { caller: SQL; owner: SQL },
): SQL => {
  const now = sql`${value.now}::timestamptz`
  const end = sql`${value.endsAt}::timestamptz`
  return sql`
  insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at, expires_at,
    absolute_expires_at, impersonator_id, impersonator_session_id, impersonation_reason)
  select ${value.newSessionId}::uuid, owner.id, ${now}, own.amr, own.acr, own.authenticated_at, ${now}, ${now}, ${end},
    ${end}, own.user_id, own.id, ${value.reason}::text
  from ${caller} caller join session own on own.id = ${value.sessionId}::uuid and own.user_id = caller.user_id, ${owner} owner
  returning *`
}

/**
 * Raises the caller's session for the people in `proven (id)`, who have shown again that it is them: it authenticated
 * right now, its tokens are replaced unless said otherwise, and with a second factor it is `aal2` and ends no earlier for having lacked one.
 * @param value `amr` lists what was shown; `raises` says whether that was a second factor
 */
export const raiseSession = (
  value: Placeholders<Raising> & { sessionId: SQL; now: SQL },
  proven: SQL,
  { replacesTokens } = { replacesTokens: true },
): SQL => {
  const now = sql`${value.now}::timestamptz`
  const raises = sql`${value.raises}::boolean`
  const end = sql`case when ${raises} and session.waived_until is not null
    then session.created_at + make_interval(secs => ${value.sessionSeconds}::integer) else session.absolute_expires_at end`
  return sql`
  update session set
    ${replacesTokens ? sql`counter = session.counter + 1, rotated_at = ${now},` : sql``}
    last_used_at = ${now}, authenticated_at = ${now},
    amr = session.amr || coalesce((
      select jsonb_agg(shown) from jsonb_array_elements_text(${value.amr}::text::jsonb) shown
      where not session.amr ? shown
    ), '[]'::jsonb),
    acr = case when ${raises} then 'aal2' else session.acr end,
    second_factor_id = case when ${raises} then ${value.secondFactorId}::uuid else session.second_factor_id end,
    waived_until = case when ${raises} then null else session.waived_until end,
    absolute_expires_at = ${end},
    expires_at = least(${now} + make_interval(secs => ${value.refreshSeconds}::integer), ${end})
  from ${proven} proven
  where session.id = ${value.sessionId}::uuid and session.user_id = proven.id
    and session.revoked_at is null and session.expires_at > ${now}
  returning session.*`
}

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
const fromNewDevice = (opened: SQL): SQL => sql`
  select opened.user_id from ${opened} opened
  where exists (select 1 from session before where before.user_id = opened.user_id and before.device is not null)
    and not exists (
      select 1 from session before where before.user_id = opened.user_id and before.device = opened.device
    )`

/** Tells a person of the session in `opened` when it is from a device that had none before. */
export const noticeOfNewDevice = (value: Placeholders<EventValues & { jobId: string }>): SQL =>
  enqueueNotice(value, {
    notice: 'new-device',
    id: value.jobId,
    from: sql`(${fromNewDevice(sql`opened`)}) stranger`,
    userId: sql`stranger.user_id`,
    recipient: addressOf(sql`stranger.user_id`),
  })

/** Ends the live sessions that the identities in `source (id, user_id)` opened; returns them. */
export const endSessionsOf = (value: { now: SQL }, { source, because }: { source: SQL; because: string }): SQL => sql`
  update session set revoked_at = ${value.now}::timestamptz, revoked_because = ${sql.raw(`'${because}'`)}
  from ${source} source
  where session.user_id = source.user_id and session.identity_id = source.id and session.revoked_at is null
  returning session.id, session.user_id`

/** Ends the live sessions in which the people in `source (user_id)` act as others; returns them. */
export const endImpersonations = (value: { now: SQL }, source: SQL): SQL => sql`
  update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'impersonation_ended'
  where session.id in (
    select live.id from ${source} source, session live
    where live.impersonator_id = source.user_id and live.revoked_at is null and live.expires_at > ${value.now}::timestamptz
    order by live.id for update of live
  )
  returning session.id, session.user_id`

/**
 * Records that sessions of each person in `ended (user_id)` ended.
 * @param value `endedEventId` makes an id for each
 */
export const recordEndedImpersonations = (value: Placeholders<EventValues & { endedEventId: string }>): SQL =>
  recordEvent(value, {
    type: 'session.ended',
    id: idOfEach(value.endedEventId, sql`counted.user_id`),
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'impersonation_ended'`, count: sql`counted.count` },
  })

/** A session by its id; whether it is alive, `liveCaller` says. */
export const sessionById = (id: SQL): SQL => sql`select * from session where session.id = ${id}::uuid`

/** Whether a session is its owner's and alive. */
export const isLive = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`exists (${liveCaller(value)})`
