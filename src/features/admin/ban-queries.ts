import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { shutDoors } from '../data-rights/closing-fragments'
import { enqueueJob } from '../jobs/fragments'
import { banUser, unbanUser, userById } from '../profiles/fragments'
import { unseenCause } from './account-fragments'

type OfTarget = EventValues & { targetId: string; endedEventId: string }

const target = (value: { targetId: SQL }): SQL => sql`(select ${value.targetId}::uuid as id)`

/** Bans somebody, in place of a ban before; nothing opens a door of theirs any more. A job lifts it when it ends. */
export const banAccount = statement<OfTarget & { reason: string; until: Date | null; jobId: string }, { id: string }>(
  'banAccount',
  (value) => sql`
  with banned as (${banUser(target(value), value)}),
  ${shutDoors(value, sql`banned`, 'banned')},
  event as (${recordEvent(value, {
    type: 'account.banned',
    from: sql`banned`,
    userId: sql`banned.id`,
    data: { until: sql`banned.banned_until` },
  })}),
  lifting as (${enqueueJob(unseenCause(value), {
    queue: 'lift-ban',
    id: value.jobId,
    from: sql`banned where banned.banned_until is not null`,
    payload: { userId: sql`banned.id`, bannedAt: sql`banned.banned_at` },
    startsAt: sql`banned.banned_until`,
  })})
  select id from banned`,
)

/** What follows the part `lifted (id)`: whatever began in the moment of the ban ends, and it is recorded. */
const afterLifting = (value: Placeholders<OfTarget>, by: 'staff' | 'time'): SQL => sql`
  ${shutDoors(value, sql`lifted`, 'banned')},
  event as (${recordEvent(value, {
    type: 'account.unbanned',
    from: sql`lifted`,
    userId: sql`lifted.id`,
    data: { by: sql.raw(`'${by}'`) },
  })})`

/** Lifts the ban of somebody. No row: they are not banned. */
export const unbanAccount = statement<OfTarget, { id: string }>(
  'unbanAccount',
  (value) => sql`
  with lifted as (${unbanUser(target(value), { now: value.now, condition: sql`true` })}),
  ${afterLifting(value, 'staff')}
  select id from lifted`,
)

/**
 * Lifts the ban of somebody that began at `bannedAt`, if it is over; another one since then stays. No row: they are not there.
 * `isEarly`: it is that ban, and not over yet.
 */
export const liftEndedBan = statement<OfTarget & { bannedAt: string }, { isEarly: boolean }>(
  'liftEndedBan',
  (value) => {
    const isThat = (relation: string) => sql`${sql.raw(relation)}.banned_at = ${value.bannedAt}::timestamptz`
    const isOver = (relation: string) => sql`${sql.raw(relation)}.banned_until <= ${value.now}::timestamptz`
    return sql`
  with lifted as (${unbanUser(target(value), {
    now: value.now,
    condition: sql`${isThat('"user"')} and ${isOver('"user"')}`,
  })}),
  ${afterLifting(value, 'time')}
  select coalesce(${isThat('person')} and not ${isOver('person')}, false) as "isEarly"
  from (${userById(sql`${value.targetId}::uuid`)}) person`
  },
)
