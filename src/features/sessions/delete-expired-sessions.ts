import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from './new-session'
import { deleteSessionsBefore } from './queries'
import { deleteChallengesBefore } from './trusted-device-queries'

/** Sessions that are over tell a known device from a new one for a while. */
const keptSeconds = 90 * 86_400
const keptChallengeSeconds = 86_400
const batch = 500

/** Deletes sessions that have been over for long, and what else was halfway in, a few at a time. */
export async function deleteExpiredSessions(ctx: JobContext): Promise<JobOutcome> {
  const now = ctx.clock.now()
  const before = addSeconds(now, -keptSeconds)
  while ((await deleteSessionsBefore(ctx.db, { before, limit: batch })).length === batch);
  const over = addSeconds(now, -keptChallengeSeconds)
  while ((await deleteChallengesBefore(ctx.db, { before: over, limit: batch })).length >= batch);
  return completed
}
