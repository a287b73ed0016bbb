import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteAnswersBefore, keptHours } from './queries'

const batch = 500

/** Deletes answers that are not given again any more, a few at a time. */
export async function deleteExpiredAnswers(ctx: JobContext): Promise<JobOutcome> {
  const before = new Date(ctx.clock.now().getTime() - keptHours * 3_600_000)
  while ((await deleteAnswersBefore(ctx.db, { before, limit: batch })).length === batch);
  return completed
}
