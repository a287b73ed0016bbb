import type { JobContext } from '#core/context'
import type { FetchedJob, JobPlatform } from '#core/platform'
import { Problem, rootCause } from '#core/problem'
import { type QueueName, queues } from '#core/queues'
import type { JobOutcome, JobPayloads } from './contract'
import { JobData, jobPayloads } from './payloads'
import { listDueQueues } from './queries'

/** Which verb answers which job. A verb may run twice for one job: its effect must be that of once. */
export type JobHandlers = {
  [Name in QueueName]: (ctx: JobContext, payload: JobPayloads[Name]) => Promise<JobOutcome>
}

/** What went wrong, for operators: never a value of a statement, nor a stack. */
const describe = (error: unknown): string => {
  const cause = rootCause(error)
  if (cause instanceof Problem && cause.facts.cause instanceof Error) return cause.facts.cause.message
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'Something was thrown that is no error.'
}

const runHandler = async <Name extends QueueName>(
  platform: JobPlatform,
  handlers: JobHandlers,
  queue: Name,
  job: FetchedJob,
): Promise<JobOutcome> => {
  const data = JobData.safeParse(job.payload)
  const payload = jobPayloads[queue].safeParse(data.data?.payload)
  if (!data.success || !payload.success) return { state: 'rejected', reason: 'The payload is not one of this queue.' }
  const { requestId, at, ipAddress, userAgent } = data.data.cause
  const ctx: JobContext = {
    ...platform,
    actor: { kind: 'system', job: queue },
    request: { id: requestId, ipAddress, userAgent },
    job: { id: job.id, causedAt: at, isLastTry: job.retryCount >= queues[queue].retryLimit },
  }
  try {
    // The schema is the one of this queue; the compiler can't follow that from one table to the other.
    return await handlers[queue](ctx, payload.data as JobPayloads[Name])
  } catch (error) {
    return { state: 'deferred', reason: describe(error), retryAfterSeconds: null }
  }
}

const settle = (platform: JobPlatform, job: FetchedJob, outcome: JobOutcome): Promise<void> => {
  if (outcome.state === 'completed') return platform.jobs.complete(job)
  if (outcome.state === 'rejected') return platform.jobs.bury(job, outcome.reason)
  return platform.jobs.retry(job, outcome.reason, outcome.retryAfterSeconds)
}

const work = async (platform: JobPlatform, handlers: JobHandlers, queue: QueueName, job: FetchedJob): Promise<void> => {
  const outcome = await runHandler(platform, handlers, queue, job)
  await settle(platform, job, outcome)
  const level = outcome.state === 'completed' ? 'info' : 'warn'
  platform.log({ level, message: 'job', queue, jobId: job.id, try: job.retryCount + 1, ...outcome })
}

/**
 * Takes one job of whatever is due first and gives what works it; undefined when nothing is due. What fails is retried
 * or buried, never lost.
 */
export async function takeNextJob(
  platform: JobPlatform,
  handlers: JobHandlers,
): Promise<(() => Promise<void>) | undefined> {
  // What is due may be another's by now, or locked: then the next queue has its turn.
  for (const { name } of await listDueQueues(platform.db, {})) {
    const job = await platform.jobs.fetch(name)
    if (job) return () => work(platform, handlers, name, job)
  }
  return undefined
}
