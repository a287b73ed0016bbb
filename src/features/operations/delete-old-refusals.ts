import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { deleteRefusalsBefore } from './refusal-queries'

const day = 86_400
const batch = 1000

/** Forgets why requests were refused, a day later. */
export async function deleteOldRefusals(ctx: JobContext): Promise<JobOutcome> {
  const values = { before: addSeconds(ctx.clock.now(), -day), limit: batch }
  while ((await deleteRefusalsBefore(ctx.db, values)).length === batch);
  return completed
}
