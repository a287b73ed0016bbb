import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome, type JobPayloads } from '../jobs/contract'
import { liftEndedBan } from './ban-queries'

/** The clock of the queue is the database's, and may be ahead of ours. */
const soonSeconds = 5

/** Lets somebody in again whose ban has ended, if it is that ban still. */
export async function liftBan(ctx: JobContext, { userId, bannedAt }: JobPayloads['lift-ban']): Promise<JobOutcome> {
  const values = { ...eventValues(ctx), targetId: userId, bannedAt, endedEventId: ctx.ids.next() }
  const [row] = await liftEndedBan(ctx.db, values)
  if (!row?.isEarly) return completed
  return { state: 'deferred', reason: 'The ban is not over yet.', retryAfterSeconds: soonSeconds }
}
