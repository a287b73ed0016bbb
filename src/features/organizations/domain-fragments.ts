import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { enqueueJob } from '../jobs/fragments'

/** The columns of a `DomainRow`, from a relation that has the table's columns. */
export const domainColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id',
      'domain',
      'challenge',
      'auto_join_role as "autoJoinRole"',
      'created_at as "createdAt"',
      'verified_at as "verifiedAt"',
      'checked_at as "checkedAt"',
      'missing_since as "missingSince"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** Lets those join who have proved addresses of the domains in `from` already. */
export const enqueuePeople = (value: Placeholders<EventValues & { jobId: string }>, from: string): SQL =>
  enqueueJob(value, {
    queue: 'join-people-of-domain',
    id: value.jobId,
    from: sql.raw(`${from} where ${from}.verified_at is not null and ${from}.auto_join_role is not null`),
    payload: { domainId: sql.raw(`${from}.id`) },
  })
