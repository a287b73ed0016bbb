import type { ErrorDescription } from '#core/describe-error'
import type { ErrorReport } from '#core/error-report'
import type { FetchedJob } from '#core/job-queue'
import type { JobPlatform } from '#core/platform'
import { type QueueName, queues } from '#core/queues'
import type { JobOutcome } from './contract'

/** A try of a job: what came of it, and what is told of it. */
export interface Tried {
  outcome: JobOutcome
  /** What was thrown, if that was the outcome. */
  cause?: ErrorDescription
  /** Of the request that caused the job, and of where in its trace the job is. */
  names: Pick<ErrorReport, 'requestId' | 'traceId' | 'spanId'>
  effort?: { waits: number; statements: number; durationMs: number }
}

/** Nobody waits for jobs of this priority or a lower one. */
const mostHousekeeping = 1

const isDead = ({ state }: JobOutcome, queue: QueueName, { retryCount }: FetchedJob): boolean =>
  state === 'rejected' || (state === 'deferred' && retryCount >= queues[queue].retryLimit)

/** Housekeeping that went well is of no interest: there would be a line of it every few seconds. */
const levelOf = ({ state }: JobOutcome, queue: QueueName) => {
  if (state !== 'completed') return 'warn'
  return queues[queue].priority > mostHousekeeping ? 'info' : 'debug'
}

/** Logs what became of a job, nothing of its payload, and reports the dead. */
export function tellOfJob(
  { log, reportError }: Pick<JobPlatform, 'log' | 'reportError'>,
  queue: QueueName,
  job: FetchedJob,
  { outcome, cause, names, effort }: Tried,
): void {
  log({
    level: levelOf(outcome, queue),
    message: 'job',
    ...names,
    queue,
    jobId: job.id,
    try: job.retryCount + 1,
    ...effort,
    ...outcome,
    cause,
  })
  if (outcome.state === 'completed' || !isDead(outcome, queue, job)) return
  const error = cause ?? { type: 'DeadLetter', message: outcome.reason, stack: '' }
  reportError({ ...names, error, transaction: `job ${queue}`, jobId: job.id })
}
