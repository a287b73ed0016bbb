import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteAttemptsBefore, deleteTokensBefore } from './token-queries'

/** What is over stays a day, for whoever asks why a link did not work. */
const keptSeconds = 86_400
const batch = 500

/** Deletes mailed tokens that are over and counts of attempts that no longer matter, a few at a time. */
export async function deleteExpiredTokens(ctx: JobContext): Promise<JobOutcome> {
  const before = new Date(ctx.clock.now().getTime() - keptSeconds * 1000)
  for (const deleteBatch of [deleteTokensBefore, deleteAttemptsBefore]) {
    while ((await deleteBatch(ctx.db, { before, limit: batch })).length === batch);
  }
  return completed
}
