import type { JobContext } from '#core/context'
import { deadLetterQueue } from '#core/queues'
import { findJob, listJobRows } from './queries'

const batch = 200

/** Deletes dead letters: one of them, or without an id all. What they were to do will not be done. */
export async function discardDeadLetters(
  ctx: Pick<JobContext, 'jobs' | 'db'>,
  jobId: string | undefined,
): Promise<number> {
  if (jobId !== undefined) {
    const [job] = await findJob(ctx.db, { jobId })
    if (!job?.isDead) return 0
    await ctx.jobs.discard(deadLetterQueue, jobId)
    return 1
  }
  for (let count = 0; ; ) {
    const dead = await listJobRows(ctx.db, { onlyDead: true, limit: batch })
    for (const { id } of dead) await ctx.jobs.discard(deadLetterQueue, id)
    count += dead.length
    if (dead.length < batch) return count
  }
}
