import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteUnfinishedBefore } from './unfinished-queries'

/** Who began yesterday to set up an app has given up. */
const keptSeconds = 86_400
const batch = 500

/** Deletes challenges of passkeys that nobody signed, and apps that nobody confirmed, a few at a time. */
export async function deleteUnfinishedEnrolments(ctx: JobContext): Promise<JobOutcome> {
  const before = new Date(ctx.clock.now().getTime() - keptSeconds * 1000)
  while ((await deleteUnfinishedBefore(ctx.db, { before, limit: batch })).length >= batch);
  return completed
}
