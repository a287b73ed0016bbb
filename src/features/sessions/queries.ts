import { sql } from 'drizzle-orm'
import { isOwnOrStands, isWelcome, liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { mustHaveSecondFactor } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from '../profiles/contract'
import { userById, userColumns } from '../profiles/fragments'
import { sessionColumns, sessionStateColumns } from './column-fragments'
import type { SessionRow, SessionState } from './contract'
import { endSessions, isAlive } from './fragments'

/** How long the token that was just replaced is still accepted: for lost answers and parallel tabs. */
const replacedTokenSeconds = 30

type Caller = { userId: string; sessionId: string }

export interface RotatedRow extends UserRow, SessionState {
  reused: boolean
}

/**
 * Moves a session to its next token, or finds it there already (the just-replaced token), or revokes it (an older
 * one). No row when the session is unknown or over, or lacks a second factor that its owner must have by now. Parallel callers wait for the row and get the same answer.
 */
export const rotateSession = statement<
  EventValues & SecondFactorPolicy & { sessionId: string; counter: number; sessionExpiresAt: Date },
  RotatedRow
>('rotateSession', (value) => {
  const now = sql`${value.now}::timestamptz`
  const counter = sql`${value.counter}::integer`
  return sql`
  with presented as (
    select id, counter = ${counter} as is_current,
      counter = ${counter} + 1 and rotated_at > ${now} - make_interval(secs => ${sql.raw(String(replacedTokenSeconds))})
        as is_replaced
    from session
    where id = ${value.sessionId}::uuid and revoked_at is null and expires_at > ${now} and counter >= ${counter}
      and ${isWelcome(sql`user_id`)} and ${isOwnOrStands('session', value.now)}
      and (acr <> 'aal1' or waived_until is not null or not ${mustHaveSecondFactor(value, sql`session.user_id`)})
    for update
  ),
  rotated as (
    update session set
      counter = case when is_current then counter + 1 else counter end,
      rotated_at = case when is_current then ${now} else rotated_at end,
      expires_at = case when is_current then least(${value.sessionExpiresAt}::timestamptz, absolute_expires_at)
        else expires_at end,
      last_used_at = ${now},
      revoked_at = case when is_current or is_replaced then null else ${now} end,
      revoked_because = case when is_current or is_replaced then null else 'refresh_reuse' end
    from presented where session.id = presented.id
    returning session.*, is_current, is_replaced
  ),
  refreshed as (${recordEvent(value, {
    type: 'session.refreshed',
    from: sql`rotated where is_current`,
    userId: sql`user_id`,
    sessionId: sql`rotated.id`,
    data: {},
  })}),
  reused as (${recordEvent(value, {
    type: 'session.refresh_reused',
    from: sql`rotated where not (is_current or is_replaced)`,
    userId: sql`user_id`,
    sessionId: sql`rotated.id`,
    data: {},
  })}),
  person as (${userById(sql`(select user_id from rotated)`)})
  select ${sessionStateColumns('rotated')}, not (is_current or is_replaced) as reused, ${userColumns('person')}
  from rotated, person`
})

/** Ends a session of its owner, once; nothing happens when it is over already. */
export const endSession = statement<EventValues & Caller, { id: string }>(
  'endSession',
  (value) => sql`
  with ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'logout'
    where id = ${value.sessionId}::uuid and user_id = ${value.userId}::uuid and revoked_at is null
    returning id, user_id
  ),
  event as (${recordEvent(value, {
    type: 'session.ended',
    from: sql`ended`,
    userId: sql`user_id`,
    sessionId: sql`ended.id`,
    data: { reason: sql`'logout'`, count: sql`1` },
  })})
  select id from ended`,
)

/** Ends one session of the caller. No row: the caller's own is over. `ended` null: there is no such live session. */
export const revokeSessionOfCaller = statement<EventValues & Caller & { revokedId: string }, { ended: string | null }>(
  'revokeSessionOfCaller',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'revoked'
    from caller
    where session.id = ${value.revokedId}::uuid and session.user_id = caller.user_id
      and session.revoked_at is null and session.expires_at > ${value.now}::timestamptz
    returning session.id, session.user_id
  ),
  event as (${recordEvent(value, {
    type: 'session.ended',
    from: sql`ended`,
    userId: sql`user_id`,
    sessionId: sql`ended.id`,
    data: { reason: sql`'revoked'`, count: sql`1` },
  })})
  select ended.id as ended from caller left join ended on true`,
)

/** Ends all sessions of the caller but the one that asks. No row: the caller's own is over. */
export const revokeOtherSessions = statement<EventValues & Caller, { count: string }>(
  'revokeOtherSessions',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  ended as (${endSessions(value, {
    owner: sql`(select user_id as id from caller)`,
    keep: value.sessionId,
    because: sql`'others_revoked'`,
  })}),
  counted as (select count(*) as count from ended),
  event as (${recordEvent(value, {
    type: 'session.ended',
    from: sql`caller, counted where counted.count > 0`,
    userId: sql`caller.user_id`,
    sessionId: value.sessionId,
    data: { reason: sql`'others_revoked'`, count: sql`counted.count` },
  })})
  select counted.count from caller, counted`,
)

/** Live sessions of the caller, newest first. No row: the caller's own is over. One row of nulls: an empty page. */
export const listLiveSessions = statement<
  Caller & { now: Date; limit: number; before: string | null },
  SessionRow | { id: null }
>(
  'listLiveSessions',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${sessionColumns('listed')} from caller left join lateral (
    select * from session
    where session.user_id = caller.user_id and ${isAlive(value.now)}
      and (${value.before}::uuid is null or session.id < ${value.before}::uuid)
    order by session.id desc
    limit ${value.limit}::integer
  ) listed on true
  order by listed.id desc`,
)

/** Deletes up to `limit` sessions that expired before; rows that others work on are left to them. */
export const deleteSessionsBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteSessionsBefore',
  (value) => sql`
  delete from session where id = any(array(
    select id from session where expires_at < ${value.before}::timestamptz
    order by expires_at limit ${value.limit}::integer for update skip locked
  ))
  returning id`,
)
