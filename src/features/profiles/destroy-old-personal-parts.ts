import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { destroyPersonalPartsBefore } from './activity-queries'

const batch = 500

/** Destroys the personal part of events after ACTIVITY_RETENTION_SECONDS. What is destroyed stays so if it is killed. */
export async function destroyOldPersonalParts(ctx: JobContext): Promise<JobOutcome> {
  const before = new Date(ctx.clock.now().getTime() - ctx.config.ACTIVITY_RETENTION_SECONDS * 1000)
  while ((await destroyPersonalPartsBefore(ctx.db, { before, limit: batch })).length === batch);
  return completed
}
