import type { Sql } from 'postgres'
import { type QueueName, queues } from '#core/queues'
import type { JobPayloads } from '#features/jobs/contract'
import { newAddresses } from './mailed-links'

export interface MixedJobs {
  /** Those that bring somebody a mail, and who that is. */
  mails: Map<string, string>
  /** Those of an address without an account. */
  silent: string[]
}

interface Job {
  id: string
  queue: QueueName
  /** What the row holds, whether or not it is what a row should hold. */
  data: unknown
  delaySeconds: number
  priority: number
}

/** Queues jobs as src/features/jobs/fragments.ts does, thousands at once. */
export const insertJobs = async (sql: Sql, jobs: Job[]): Promise<void> => {
  const rows = jobs.map((job) => {
    const policy = queues[job.queue]
    return { ...policy, ...job, name: job.queue, priority: policy.priority + job.priority }
  })
  await sql`
    insert into pgboss.job (id, name, data, dead_letter, policy, retry_backoff, start_after, keep_until,
      priority, retry_limit, retry_delay, retry_delay_max, expire_seconds, deletion_seconds)
    select id, name, data, 'dead-letters', 'standard', true, now() + make_interval(secs => "delaySeconds"),
      now() + make_interval(secs => "retentionSeconds"), priority, "retryLimit", "retryDelaySeconds",
      "retryDelayMaxSeconds", "expireSeconds", "deletionSeconds"
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as row (id uuid, name text, data jsonb, "delaySeconds" float,
      "retentionSeconds" float, priority integer, "retryLimit" integer, "retryDelaySeconds" integer,
      "retryDelayMaxSeconds" integer, "expireSeconds" integer, "deletionSeconds" integer)`
}

const cause = { requestId: 'a test', at: new Date(0).toISOString(), ipAddress: null, userAgent: null }

/** A job with a payload of its queue. */
export const jobOf = <Name extends QueueName>(
  queue: Name,
  payload: JobPayloads[Name],
  { delaySeconds = 0, priority = 0 } = {},
): Job => ({ id: crypto.randomUUID(), queue, data: { payload, cause }, delaySeconds, priority })

interface Person {
  id: string
  email: string
}

type Turn = { delaySeconds: number; priority: number }

const toNobody = ({ email }: Person, turn: Turn) => jobOf('send-reset-mail', { email: `nobody-${email}` }, turn)

const kinds = [
  toNobody,
  ({ email }: Person, turn: Turn) => jobOf('send-reset-mail', { email }, turn),
  ({ email }: Person, turn: Turn) => jobOf('send-log-in-mail', { email }, turn),
  ({ email }: Person, turn: Turn) => jobOf('send-verification-mail', { email }, turn),
  ({ id, email }: Person, turn: Turn) =>
    jobOf('send-security-notice', { userId: id, notice: 'password-changed', recipient: email, newEmail: null }, turn),
]

/** Queues `count` jobs of four queues, with priorities of their own and delays of up to `mostDelaySeconds`. */
export const insertMixedJobs = async (sql: Sql, count: number, mostDelaySeconds: number): Promise<MixedJobs> => {
  const people = await sql<Person[]>`
    insert into "user" (id, email, created_at, updated_at)
    select gen_random_uuid(), email, now(), now() from unnest(${newAddresses(count)}::text[]) email
    returning id, email`
  const mails = new Map<string, string>()
  const silent: string[] = []
  const jobs = people.map(({ id, email }, index) => {
    // Spread over the delays and priorities without a pattern, and the same in each run; every other is due at once.
    const delaySeconds = index % 2 === 0 ? 0 : (mostDelaySeconds * ((index * 7919) % count)) / count
    const kind = kinds[index % kinds.length] ?? toNobody
    const job = kind({ id, email }, { delaySeconds, priority: (index * 31) % 7 })
    if (kind === toNobody) silent.push(job.id)
    else mails.set(job.id, email)
    return job
  })
  await insertJobs(sql, jobs)
  return { mails, silent }
}
