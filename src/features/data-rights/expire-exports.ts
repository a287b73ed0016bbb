import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { expireExportsBefore } from './export-queries'

const batch = 500
/** Longer than a job for one is tried. */
const abandonedSeconds = 2 * 86_400

/** Voids archives that nobody fetched in time, and exports that nobody makes any more; the blobs are dropped by their date. */
export async function expireExports(ctx: JobContext): Promise<JobOutcome> {
  const now = ctx.clock.now()
  const values = { now, abandonedBefore: addSeconds(now, -abandonedSeconds), limit: batch }
  while ((await expireExportsBefore(ctx.db, values)).length === batch);
  return completed
}
