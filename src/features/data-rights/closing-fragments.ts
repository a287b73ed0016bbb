import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import { recordEndedSessions, voidAllTokens } from '../accounts/fragments'
import type { SessionEnd } from '../audit/contract'
import type { EventValues } from '../audit/event-values'
import { forgetPasskeyChallenges } from '../authenticators/fragments'
import { type Cause, enqueueJob } from '../jobs/fragments'
import { forgetChallenges, forgetTrust } from '../sessions/challenge-fragments'
import { endSessions } from '../sessions/fragments'

/**
 * The parts of a statement that leave nothing that could open a door of the people in `owner (id)`: what was mailed, what
 * waits for a second factor or a passkey, devices that are trusted, sessions. At a closing or a ban; and at its end, since
 * something may have begun in its very moment.
 */
export const shutDoors = (
  value: Placeholders<EventValues & { endedEventId: string }>,
  owner: SQL,
  because: SessionEnd,
): SQL => sql`
  voided as (${voidAllTokens(owner)}),
  waiting as (${forgetChallenges(owner)}),
  signing as (${forgetPasskeyChallenges(owner)}),
  distrusted as (${forgetTrust(owner)}),
  ended as (${endSessions(value, {
    owner: sql`(
      select shut.id from ${owner} shut, (select count(*) from voided) first, (select count(*) from waiting) second,
        (select count(*) from signing) third, (select count(*) from distrusted) fourth
    )`,
    keep: sql`null`,
    because: sql.raw(`'${because}'`),
  })}),
  ended_event as (${recordEndedSessions(value, because)})`

/** Voids the archives of the people in `owner (id)` that are made or wait to be fetched; their blobs are to be dropped. */
export const voidExports = (value: { now: SQL }, owner: SQL): SQL => sql`
  void_exports as (
    update data_export set state = 'expired', token_hash = null from ${owner} owner
    where data_export.user_id = owner.id and data_export.state in ('queued', 'running', 'ready')
    returning data_export.user_id
  ),
  void_archives as (
    update blob set drop_after = ${value.now}::timestamptz from ${owner} owner
    where blob.user_id = owner.id and blob.kind = 'export'
  )`

/** The columns of an `ErasureRow`, from a relation `erasure`. */
export const erasureColumns = sql`
  erasure.id, erasure.user_id as "userId", erasure.requested_at as "requestedAt", erasure.due_at as "dueAt",
  erasure.cancelled_at as "cancelledAt", erasure.begun_at as "begunAt", erasure.finished_at as "finishedAt",
  erasure.counts, erasure.receipt`

/**
 * The parts that follow the part `closed (id)` of a statement, which are people whose account was closed this moment: nothing
 * opens a door of it any more, its archives are void, its owner is told how to take that back, and it is to be erased. `kept` is
 * the erasure.
 * @param cause what the mail tells of where it was asked for
 */
export const beginErasureOf = (
  value: Placeholders<EventValues & { erasureId: string; dueAt: Date; endedEventId: string; jobId: string }>,
  cause: Cause,
): SQL => sql`
  ${shutDoors(value, sql`closed`, 'account_closed')},
  ${voidExports(value, sql`closed`)},
  kept as (
    insert into erasure (id, user_id, requested_at, due_at)
    select ${value.erasureId}::uuid, closed.id, ${value.now}::timestamptz, ${value.dueAt}::timestamptz from closed
    returning *
  ),
  mail as (${enqueueJob(cause, {
    queue: 'send-closed-mail',
    id: value.jobId,
    from: sql`kept`,
    payload: { userId: sql`kept.user_id` },
  })})`
