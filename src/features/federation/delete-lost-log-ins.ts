import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteFlowsBefore } from './flow-queries'

const batch = 500

/** Deletes log-ins that never came back from their provider, and identities that nobody fetched, a few at a time. */
export async function deleteLostLogIns(ctx: JobContext): Promise<JobOutcome> {
  const before = ctx.clock.now()
  while ((await deleteFlowsBefore(ctx.db, { before, limit: batch })).length >= batch);
  return completed
}
