import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteMessagesBefore, failAbandonedMessages } from './message-queries'

const keptSeconds = 30 * 86_400
const batch = 500

/** Gives up what nobody sends any more, and forgets whom we wrote to, and when, after a month. */
export async function deleteOldMessages(ctx: JobContext): Promise<JobOutcome> {
  await failAbandonedMessages(ctx.db, { now: ctx.clock.now() })
  const before = new Date(ctx.clock.now().getTime() - keptSeconds * 1000)
  while ((await deleteMessagesBefore(ctx.db, { before, limit: batch })).length === batch);
  return completed
}
