import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { recordEndedSessions } from '../accounts/fragments'
import type { EventValues } from '../audit/event-values'
import { shutDoors } from '../data-rights/closing-fragments'
import { userById } from '../profiles/fragments'
import { sessionColumns } from '../sessions/column-fragments'
import type { SessionRow } from '../sessions/contract'
import { isAlive } from '../sessions/fragments'

/** Live sessions of somebody, newest first. No row: they are not there. One row of nulls: an empty page. */
export const listSessionsOf = statement<
  { targetId: string; now: Date; limit: number; before: string | null },
  SessionRow | { id: null }
>(
  'listSessionsOf',
  (value) => sql`
  select ${sessionColumns('listed')} from (${userById(sql`${value.targetId}::uuid`)}) person left join lateral (
    select * from session
    where session.user_id = person.id and ${isAlive(value.now)}
      and (${value.before}::uuid is null or session.id < ${value.before}::uuid)
    order by session.id desc
    limit ${value.limit}::integer
  ) listed on true
  order by listed.id desc`,
)

/** Ends every session of somebody, and what could become one: a log-in that waits, a link in a mail, a trusted device. */
export const endSessionsOfUser = statement<EventValues & { targetId: string; endedEventId: string }, { count: number }>(
  'endSessionsOfUser',
  (value) => sql`
  with ${shutDoors(value, sql`(select ${value.targetId}::uuid as id)`, 'staff')}
  select count(*)::integer as count from ended`,
)

/** Ends one session of somebody. No row: there is no such live session. */
export const endSessionOfUser = statement<
  EventValues & { targetId: string; sessionId: string; endedEventId: string },
  { id: string }
>(
  'endSessionOfUser',
  (value) => sql`
  with ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'staff'
    where session.id = ${value.sessionId}::uuid and session.user_id = ${value.targetId}::uuid and ${isAlive(value.now)}
    returning id, user_id
  ),
  event as (${recordEndedSessions(value, 'staff')})
  select id from ended`,
)
