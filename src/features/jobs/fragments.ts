import { type SQL, sql } from 'drizzle-orm'
import { deadLetterQueue, type QueueName, queues } from '#core/queues'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import type { JobPayloads } from './contract'

export interface JobOf<Name extends QueueName> {
  queue: Name
  /** The job's id: also the idempotency key of what it sends. */
  id: SQL
  /** The relation whose rows cause a job each. No row, no job. */
  from: SQL
  /** Each member of the payload as an expression on `from`. */
  payload: { [Member in keyof JobPayloads[Name]]: SQL }
  /** Waits at least so long. */
  delaySeconds?: number
  /** Of jobs with one key only the first is kept, for as long as it can be looked at. */
  idempotencyKey?: SQL
}

const toJson = (members: Record<string, SQL>): SQL => {
  const pairs = Object.entries(members).flatMap(([name, value]) => [sql.raw(`'${name}'`), value])
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`
}

/**
 * The part of a statement that queues a job for what the rest of it does: committed with it, or not at all. pg-boss
 * documents its table for this; a row takes no defaults of its queue, so each value is written.
 */
export const enqueueJob = <Name extends QueueName>(
  value: Pick<Placeholders<EventValues>, 'now' | 'requestId' | 'ipAddress' | 'userAgent'>,
  { queue, id, from, payload, delaySeconds = 0, idempotencyKey }: JobOf<Name>,
): SQL => {
  const policy = queues[queue]
  const cause = toJson({
    requestId: sql`${value.requestId}::text`,
    at: sql`${value.now}::timestamptz`,
    ipAddress: sql`${value.ipAddress}::text`,
    userAgent: sql`${value.userAgent}::text`,
  })
  const numbers = [
    policy.priority,
    policy.retryLimit,
    policy.retryDelaySeconds,
    policy.retryDelayMaxSeconds,
    policy.expireSeconds,
    policy.deletionSeconds,
  ]
  return sql`
  insert into pgboss.job (id, name, data, dead_letter, policy, retry_backoff, start_after, keep_until,
    singleton_key, singleton_on, priority, retry_limit, retry_delay, retry_delay_max, expire_seconds, deletion_seconds)
  select ${id}::uuid, ${sql.raw(`'${queue}'`)}, ${toJson({ payload: toJson(payload), cause })},
    ${sql.raw(`'${deadLetterQueue}', 'standard', true`)},
    pgboss.job_now() + ${sql.raw(`interval '${delaySeconds}s', pgboss.job_now() + interval '${policy.retentionSeconds}s'`)},
    ${idempotencyKey ?? sql`null`}, ${idempotencyKey ? sql`'epoch'::timestamp` : sql`null::timestamp`},
    ${sql.raw(numbers.join(', '))}
  from ${from}
  on conflict do nothing`
}

const names = sql.raw(
  Object.keys(queues)
    .map((name) => `'${name}'`)
    .join(', '),
)

/** Whether a job still waits, or is worked. */
export const isUnfinished = (jobId: SQL): SQL => sql`
  exists (select 1 from pgboss.job where job.name in (${names}) and job.id = ${jobId} and job.state < 'completed')`
