import { type SQL, sql } from 'drizzle-orm'
import { deadLetterQueue, type QueueName, queues } from '#core/queues'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import type { JobPayloads } from './contract'

/** What a job keeps of the request that caused it. */
export type Cause = Pick<
  Placeholders<EventValues>,
  'now' | 'requestId' | 'ipAddress' | 'userAgent' | 'place' | 'traceparent'
>

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
  /** Waits until this instant of the clock that gave `now`, an expression on `from`; it may be long until then. */
  startsAt?: SQL
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
  value: Cause,
  { queue, id, from, payload, delaySeconds = 0, startsAt, idempotencyKey }: JobOf<Name>,
): SQL => {
  const policy = queues[queue]
  const cause = toJson({
    requestId: sql`${value.requestId}::text`,
    at: sql`${value.now}::timestamptz`,
    ipAddress: sql`${value.ipAddress}::text`,
    userAgent: sql`${value.userAgent}::text`,
    place: sql`${value.place}::text`,
    traceparent: sql`${value.traceparent}::text`,
  })
  const wait = startsAt && sql`greatest(${startsAt} - ${value.now}::timestamptz, interval '0s')`
  const delay = wait ?? sql.raw(`interval '${delaySeconds}s'`)
  const kept = wait ?? sql.raw(`interval '0s'`)
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
    pgboss.job_now() + ${delay}, pgboss.job_now() + ${kept} + ${sql.raw(`interval '${policy.retentionSeconds}s'`)},
    ${idempotencyKey ?? sql`null`}, ${idempotencyKey ? sql`'epoch'::timestamp` : sql`null::timestamp`},
    ${sql.raw(numbers.join(', '))}
  from ${from}
  on conflict do nothing`
}

const list = (queueNames: string[]) => sql.raw(queueNames.map((name) => `'${name}'`).join(', '))

const names = list(Object.keys(queues))
const namesAndDead = list([...Object.keys(queues), deadLetterQueue])

/**
 * Whether `job`, a row of the queue, was given one of these names: ids or addresses, a JSON list. Dead letters too. No
 * index helps, so this is for what happens seldom.
 */
export const isJobNaming = (names: SQL): SQL => sql`(
  job.name in (${namesAndDead}) and case when jsonb_typeof(job.data -> 'payload') = 'object' then exists (
    select 1 from jsonb_each_text(job.data -> 'payload') given
    where given.value = any(array(select jsonb_array_elements_text(${names}::text::jsonb)))
  ) else false end)`

/** Whether a job still waits, or is worked. Asked of each for itself: without `offset` Postgres may read all jobs first. */
export const isUnfinished = (jobId: SQL): SQL => sql`
  exists (
    select 1 from pgboss.job where job.name in (${names}) and job.id = ${jobId} and job.state < 'completed'
    offset 0
  )`
