import type { JobContext } from '#core/context'
import { deadLetterQueue } from '#core/queues'
import { listJobRows } from './queries'

const batch = 200

/** Deletes dead letters: one of them, or without an id all. What they were to do will not be done. */
export async function discardDeadLetters(
  ctx: Pick<JobContext, 'jobs' | 'db'>,
  jobId: string | undefined,
): Promise<number> {
  let count = 0
  for (;;) {
    const dead = await listJobRows(ctx.db, { onlyDead: true, limit: batch })
    const chosen = dead.filter(({ id }) => jobId === undefined || id === jobId)
    for (const { id } of chosen) await ctx.jobs.discard(deadLetterQueue, id)
    count += chosen.length
    if (jobId !== undefined || dead.length < batch) return count
  }
}
