import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { enqueueDueErasures } from './erasure-queries'

/** So many are queued in one round; more wait for the next. */
const batch = 100

/** Queues the erasures whose grace period is over. */
export async function beginDueErasures(ctx: JobContext): Promise<JobOutcome> {
  const byNobody = { ipAddress: null, userAgent: null, place: null }
  await enqueueDueErasures(ctx.db, { ...eventValues(ctx), ...byNobody, limit: batch })
  return completed
}
