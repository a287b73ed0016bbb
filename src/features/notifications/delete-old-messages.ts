import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteMessagesBefore, failAbandonedMessages } from './message-queries'

const keptSeconds = 30 * 86_400
const batch = 500

/** No id is lower. */
const lowestId = '00000000-0000-0000-0000-000000000000'
/** Each is looked for in every queue. */
const mostWaiting = 50

const giveUpAbandoned = async ({ db, clock }: JobContext): Promise<void> => {
  let afterId: string | undefined = lowestId
  while (afterId !== undefined) {
    const looked: { id: string }[] = await failAbandonedMessages(db, { afterId, limit: mostWaiting, now: clock.now() })
    afterId = looked[mostWaiting - 1]?.id
  }
}

/** Gives up what nobody sends any more, and forgets whom we wrote to, and when, after a month. */
export async function deleteOldMessages(ctx: JobContext): Promise<JobOutcome> {
  await giveUpAbandoned(ctx)
  const before = new Date(ctx.clock.now().getTime() - keptSeconds * 1000)
  while ((await deleteMessagesBefore(ctx.db, { before, limit: batch })).length === batch);
  return completed
}
