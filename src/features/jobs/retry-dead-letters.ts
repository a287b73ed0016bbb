import type { JobContext } from '#core/context'

/** Sends dead letters back to their queues, with all tries before them: one of them, or without an id all. */
export const retryDeadLetters = (ctx: Pick<JobContext, 'jobs'>, jobId: string | undefined): Promise<number> =>
  ctx.jobs.redrive(jobId)
