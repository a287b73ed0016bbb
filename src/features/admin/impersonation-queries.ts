import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import type { UserRow } from '../profiles/contract'
import { addressOf, userById, userColumns } from '../profiles/fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { isAlive, openImpersonation } from '../sessions/fragments'
import { unseenCause } from './account-fragments'
import type { ImpersonationRow } from './impersonation-contract'

type Caller = { userId: string; sessionId: string }

/**
 * Opens a session of somebody for the caller to act in until `endsAt`, and tells them. No row: the caller's session is over.
 */
export const startImpersonation = statement<
  EventValues &
    Caller & { targetId: string; newSessionId: string; endsAt: Date; reason: string; seconds: number; jobId: string },
  UserRow & SessionState
>(
  'startImpersonation',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  person as (${userById(sql`${value.targetId}::uuid`)}),
  opened as (${openImpersonation(value, { caller: sql`caller`, owner: sql`person` })}),
  event as (${recordEvent(value, {
    type: 'impersonation.started',
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { reason: sql`${value.reason}::text`, seconds: sql`${value.seconds}::integer` },
  })}),
  notice as (${enqueueNotice(unseenCause(value), {
    notice: 'impersonated',
    id: value.jobId,
    from: sql`opened`,
    userId: sql`opened.user_id`,
    recipient: addressOf(sql`opened.user_id`),
    detail: sql`${value.reason}::text`,
  })})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from opened, person`,
)

/** Records that somebody who acts as another was refused to act as a third. No row: their session is over. */
export const recordRefusedChain = statement<EventValues & Caller & { targetId: string }, { userId: string }>(
  'recordRefusedChain',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  event as (${recordEvent(value, {
    type: 'impersonation.refused',
    from: sql`caller`,
    userId: sql`${value.targetId}::uuid`,
    sessionId: value.sessionId,
    data: { reason: sql`'chain'` },
  })})
  select user_id as "userId" from caller`,
)

/** The sessions in which somebody acts as another right now, newest first. */
export const listImpersonationRows = statement<{ now: Date; limit: number; before: string | null }, ImpersonationRow>(
  'listImpersonationRows',
  (value) => sql`
  select session.id, session.created_at as "createdAt", session.last_used_at as "lastUsedAt",
    session.expires_at as "expiresAt", session.impersonation_reason as reason, person.id as "userId",
    person.email as "userEmail", person.name as "userName", staff.id as "impersonatorId", staff.email as "impersonatorEmail",
    staff.name as "impersonatorName"
  from session join "user" person on person.id = session.user_id join "user" staff on staff.id = session.impersonator_id
  where session.impersonator_id is not null and ${isAlive(value.now)}
    and (${value.before}::uuid is null or session.id < ${value.before}::uuid)
  order by session.id desc
  limit ${value.limit}::integer`,
)

/** Ends a session in which somebody acts as another, once. No row: there is none that lives. */
export const endImpersonationById = statement<EventValues & { endedId: string }, { id: string }>(
  'endImpersonationById',
  (value) => sql`
  with ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'impersonation_ended'
    where session.id = ${value.endedId}::uuid and session.impersonator_id is not null and ${isAlive(value.now)}
    returning session.id, session.user_id
  ),
  event as (${recordEvent(value, {
    type: 'session.ended',
    from: sql`ended`,
    userId: sql`ended.user_id`,
    sessionId: sql`ended.id`,
    data: { reason: sql`'impersonation_ended'`, count: sql`1` },
  })})
  select id from ended`,
)
