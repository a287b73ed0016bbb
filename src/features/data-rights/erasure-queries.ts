import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { privilegedCaller } from '../authenticators/fragments'
import { enqueueJob } from '../jobs/fragments'
import { ownedWithOthers } from '../organizations/organization-fragments'
import { closeUser, lockUser, reopenUser } from '../profiles/fragments'
import { beginErasureOf, erasureColumns, shutDoors } from './closing-fragments'
import type { ErasureRow } from './contract'

type Caller = { userId: string; sessionId: string }

/**
 * Closes the caller's account, once: nothing opens a door of it any more, its archives are void, its owner is told how to
 * take it back, and it is to be erased. No row: the session is over, or too old or too weak, or they own organizations
 * with other members.
 */
export const closeOwnAccount = statement<
  EventValues & Caller & { freshAfter: Date; erasureId: string; dueAt: Date; endedEventId: string; jobId: string },
  ErasureRow
>(
  'closeOwnAccount',
  (value) => sql`
  with caller as (${privilegedCaller(value)}),
  held as (${lockUser(sql`(
    select user_id from caller where not exists (${ownedWithOthers(sql`caller.user_id`)})
  )`)}),
  closed as (${closeUser(sql`held`, value.now)}),
  ${beginErasureOf(value, value)},
  event as (${recordEvent(value, {
    type: 'account.closed',
    from: sql`kept`,
    userId: sql`kept.user_id`,
    sessionId: value.sessionId,
    data: { dueAt: sql`kept.due_at` },
  })})
  select ${erasureColumns} from kept erasure`,
)

/**
 * Takes an erasure back while it has not begun, once: the account is open again, and its sessions stay ended. No row: it
 * was taken back before, is under way, or done.
 */
export const cancelErasureById = statement<
  EventValues & { erasureId: string; endedEventId: string; by: 'mail' | 'operator' },
  { id: string }
>(
  'cancelErasureById',
  (value) => sql`
  with cancelled as (
    update erasure set cancelled_at = ${value.now}::timestamptz
    where id = ${value.erasureId}::uuid and cancelled_at is null and begun_at is null
      and due_at > ${value.now}::timestamptz
    returning id, user_id
  ),
  reopened as (${reopenUser(sql`(select user_id as id from cancelled)`, value.now)}),
  ${shutDoors(value, sql`reopened`, 'account_reopened')},
  event as (${recordEvent(value, {
    type: 'account.reopened',
    from: sql`reopened`,
    userId: sql`reopened.id`,
    data: { by: sql`${value.by}::text` },
  })})
  select id from cancelled`,
)

export const findErasure = statement<{ erasureId: string }, ErasureRow>(
  'findErasure',
  (value) => sql`select ${erasureColumns} from erasure where id = ${value.erasureId}::uuid`,
)

/** An account that is closed and can be opened again, and whom to tell so. */
export const findClosedAccount = statement<
  { userId: string },
  { erasureId: string; dueAt: Date; email: string; name: string | null; locale: string | null }
>(
  'findClosedAccount',
  (value) => sql`
  select erasure.id as "erasureId", erasure.due_at as "dueAt", person.email, person.name, person.locale
  from erasure join "user" person on person.id = erasure.user_id
  where erasure.user_id = ${value.userId}::uuid and erasure.cancelled_at is null and erasure.begun_at is null`,
)

/** The newest erasures, for the operator. */
export const listErasureRows = statement<{ limit: number }, ErasureRow>(
  'listErasureRows',
  (value) => sql`select ${erasureColumns} from erasure order by id desc limit ${value.limit}::integer`,
)

/** Makes an erasure due at once, for the operator. No row: it is cancelled, under way, or done. */
export const hastenErasure = statement<{ erasureId: string; now: Date }, { id: string }>(
  'hastenErasure',
  (value) => sql`
  update erasure set due_at = least(due_at, ${value.now}::timestamptz)
  where id = ${value.erasureId}::uuid and cancelled_at is null and begun_at is null
  returning id`,
)

/**
 * Queues the work of up to `limit` erasures that are due. The job's id is the erasure's, so that none is queued twice;
 * one that failed for good is queued again when its job is forgotten.
 */
export const enqueueDueErasures = statement<EventValues & { limit: number }, never>(
  'enqueueDueErasures',
  (value) => sql`
  with due as (
    select erasure.id from erasure
    where due_at <= ${value.now}::timestamptz and cancelled_at is null and finished_at is null
      and not exists (select 1 from pgboss.job where job.name = 'erase-account' and job.id = erasure.id)
    order by due_at limit ${value.limit}::integer
  )
  ${enqueueJob(value, { queue: 'erase-account', id: sql`due.id`, from: sql`due`, payload: { erasureId: sql`due.id` } })}`,
)

/** From here on nobody can take it back. No row: it was taken back, is not due, or is done. */
export const beginErasure = statement<{ erasureId: string; now: Date }, ErasureRow>(
  'beginErasure',
  (value) => sql`
  update erasure set begun_at = coalesce(begun_at, ${value.now}::timestamptz)
  where id = ${value.erasureId}::uuid and cancelled_at is null and finished_at is null
    and due_at <= ${value.now}::timestamptz
  returning ${erasureColumns}`,
)
