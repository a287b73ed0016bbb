import type { JobContext } from '#core/context'
import { describeError, type ErrorDescription } from '#core/describe-error'
import type { FetchedJob } from '#core/job-queue'
import { type Observation, observe } from '#core/observation'
import { observeBlobs, observeDatabase, observeDns, observeMailer, observeProviders } from '#core/observed-ports'
import type { JobPlatform } from '#core/platform'
import { type QueueName, queues } from '#core/queues'
import { readTraceParent, traceIdOf } from '#core/telemetry'
import type { JobOutcome, JobPayloads } from './contract'
import { JobData, jobPayloads } from './payloads'
import { listDueQueues } from './queries'
import { type Tried, tellOfJob } from './tell-of-job'

/** Which verb answers which job. A verb may run twice for one job: its effect must be that of once. */
export type JobHandlers = {
  [Name in QueueName]: (ctx: JobContext, payload: JobPayloads[Name]) => Promise<JobOutcome>
}

/** What went wrong, for operators: never a value of a statement, nor a stack. */
const toReason = ({ type, message }: ErrorDescription): string => (type === 'Error' ? message : `${type}: ${message}`)

const observeJobPorts = ({ db, blobs, dns, mailer, providers }: JobPlatform, observation: Observation) => ({
  db: observeDatabase(db, observation),
  blobs: observeBlobs(blobs, observation),
  dns: observeDns(dns, observation),
  mailer: observeMailer(mailer, observation),
  providers: observeProviders(providers, observation),
})

/** As OpenTelemetry's conventions for messages name them. */
const attributesOf = (queue: QueueName, job: FetchedJob) => ({
  'messaging.system': 'pg-boss',
  'messaging.operation.type': 'process',
  'messaging.operation.name': 'process',
  'messaging.destination.name': queue,
  'messaging.message.id': job.id,
  'postern.job.try': job.retryCount + 1,
})

const runHandler = async <Name extends QueueName>(
  platform: JobPlatform,
  handlers: JobHandlers,
  queue: Name,
  job: FetchedJob,
): Promise<Tried> => {
  const data = JobData.safeParse(job.payload)
  const payload = jobPayloads[queue].safeParse(data.data?.payload)
  if (!data.success || !payload.success) {
    const names = { requestId: data.data?.cause.requestId ?? job.id, traceId: undefined, spanId: undefined }
    return { outcome: { state: 'rejected', reason: 'The payload is not one of this queue.' }, names }
  }
  const { requestId, at, ...request } = data.data.cause
  const trace = platform.telemetry.tracer?.begin('consumer', readTraceParent(request.traceparent ?? undefined)) ?? null
  const observation = observe(platform.telemetry, trace)
  const startedAt = platform.clock.now().getTime()
  const ctx: JobContext = {
    ...platform,
    ...observeJobPorts(platform, observation),
    observation,
    actor: { kind: 'system', job: queue },
    request: { id: requestId, ...request, traceparent: trace?.traceparent ?? request.traceparent },
    job: { id: job.id, causedAt: at, isLastTry: job.retryCount >= queues[queue].retryLimit },
  }
  // The schema is the one of this queue; the compiler can't follow that from one table to the other.
  const { outcome, cause } = await handlers[queue](ctx, payload.data as JobPayloads[Name]).then(
    (outcome): Pick<Tried, 'outcome' | 'cause'> => ({ outcome }),
    (error: unknown): Pick<Tried, 'outcome' | 'cause'> => {
      const cause = describeError(error)
      return { outcome: { state: 'deferred', reason: toReason(cause), retryAfterSeconds: null }, cause }
    },
  )
  const attributes = {
    ...attributesOf(queue, job),
    'postern.request.id': requestId,
    'postern.job.outcome': outcome.state,
  }
  trace?.end({ name: `process ${queue}`, failed: outcome.state !== 'completed', attributes })
  return {
    outcome,
    ...(cause && { cause }),
    names: {
      requestId,
      traceId: traceIdOf(ctx.request.traceparent) ?? undefined,
      spanId: trace?.id,
    },
    effort: {
      durationMs: platform.clock.now().getTime() - startedAt,
      waits: observation.waits(),
      statements: observation.calls('postgres'),
    },
  }
}

const settle = (platform: JobPlatform, job: FetchedJob, outcome: JobOutcome): Promise<void> => {
  if (outcome.state === 'completed') return platform.jobs.complete(job)
  if (outcome.state === 'rejected') return platform.jobs.bury(job, outcome.reason)
  return platform.jobs.retry(job, outcome.reason, outcome.retryAfterSeconds)
}

const work = async (platform: JobPlatform, handlers: JobHandlers, queue: QueueName, job: FetchedJob): Promise<void> => {
  const { meter, elapsed } = platform.telemetry
  const startedAt = elapsed()
  const tried = await runHandler(platform, handlers, queue, job)
  meter.add('jobs_finished_total', { queue, outcome: tried.outcome.state })
  meter.observe('job_duration_seconds', { queue }, (elapsed() - startedAt) / 1000)
  await settle(platform, job, tried.outcome)
  tellOfJob(platform, queue, job, tried)
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
