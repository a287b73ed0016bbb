import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { deleteOperationsBefore } from './operation-queries'

const day = 86_400
const batch = 20

/** Forgets operations of three months ago with what was wrong in them, and gives up those whose file never came whole. */
export async function deleteOldOperations(ctx: JobContext): Promise<JobOutcome> {
  const now = ctx.clock.now()
  const values = { now, abandonedBefore: addSeconds(now, -day), before: addSeconds(now, -90 * day), limit: batch }
  while ((await deleteOperationsBefore(ctx.db, values)).length === batch);
  return completed
}
