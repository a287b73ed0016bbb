import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteFailuresBefore } from './lockout-queries'
import { addSeconds } from './new-session'

const batch = 500

/** Deletes counts of failures to prove oneself that count no more, a few at a time. */
export async function deleteOldFailures(ctx: JobContext): Promise<JobOutcome> {
  const now = ctx.clock.now()
  const before = addSeconds(now, -ctx.config.LOCKOUT_SECONDS)
  while ((await deleteFailuresBefore(ctx.db, { now, before, limit: batch })).length === batch);
  return completed
}
