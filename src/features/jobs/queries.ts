import { sql } from 'drizzle-orm'
import { deadLetterQueue, type QueueName, queues } from '#core/queues'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import type { JobRow } from './contract'
import { enqueueJob } from './fragments'

const byPriority = Object.entries(queues)
  .sort(([, a], [, b]) => b.priority - a.priority)
  .map(([name]) => name)

const inOrder = sql.raw(byPriority.map((name, position) => `('${name}', ${position})`).join(', '))

/**
 * The queues that have a job due, the most urgent first. In the order of pg-boss's index, so that a long queue costs no
 * more than a short one.
 */
export const listDueQueues = statement<Record<never, never>, { name: QueueName }>(
  'listDueQueues',
  () => sql`
  select known.name from (values ${inOrder}) as known(name, position), lateral (
    select 1 from pgboss.job
    where job.name = known.name and job.state < 'active' and not job.blocked
      and job.start_after <= pgboss.job_now()
    order by job.priority desc, job.created_on
    limit 1
  ) due
  order by known.position`,
)

/** Queues a scheduled job once for each of its times, however many workers try. */
export const enqueueScheduled = (
  queue:
    | 'delete-expired-sessions'
    | 'delete-expired-tokens'
    | 'delete-expired-answers'
    | 'delete-old-failures'
    | 'delete-unfinished-enrolments'
    | 'delete-lost-log-ins'
    | 'delete-old-invitations'
    | 'refresh-provider-tokens'
    | 'renew-seals'
    | 'destroy-old-personal-parts'
    | 'migrate-attributes'
    | 'begin-due-erasures'
    | 'expire-exports'
    | 'delete-dropped-blobs'
    | 'delete-old-operations'
    | 'delete-old-refusals'
    | 'recheck-domains'
    | 'stream-audit-record'
    | 'seal-audit-record'
    | 'maintain-audit-record'
    | 'delete-old-messages',
) =>
  statement<EventValues & { jobId: string; slot: string }, never>(`enqueueScheduled:${queue}`, (value) =>
    enqueueJob(value, {
      queue,
      id: value.jobId,
      from: sql`(select 1) once`,
      payload: {},
      idempotencyKey: sql`${value.slot}::text`,
    }),
  )

const jobColumns = sql`
  id, coalesce(source_name, name) as queue, state::text as state, name = ${sql.raw(`'${deadLetterQueue}'`)} as "isDead",
  retry_count as "retryCount", created_on as "createdAt", start_after as "dueAt",
  coalesce(
    coalesce(source_output, output) ->> 'reason',
    coalesce(source_output, output) #>> '{value,message}'
  ) as failure`

const ours = sql.raw([...byPriority, deadLetterQueue].map((name) => `'${name}'`).join(', '))

/** Jobs that are not finished, or dead letters only, oldest first. */
export const listJobRows = statement<{ onlyDead: boolean; limit: number }, JobRow>(
  'listJobRows',
  (value) => sql`
  select ${jobColumns} from pgboss.job
  where name in (${ours}) and state < 'completed'
    and (not ${value.onlyDead}::boolean or name = ${sql.raw(`'${deadLetterQueue}'`)})
  order by created_on, id
  limit ${value.limit}::integer`,
)

/** One job in any state, with what it was given. */
export const findJob = statement<{ jobId: string }, JobRow & { data: unknown }>(
  'findJob',
  (value) => sql`select ${jobColumns}, data from pgboss.job where name in (${ours}) and id = ${value.jobId}::uuid`,
)
