import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { deleteInvitationsBefore } from './own-invitation-queries'

/** How long what became of an invitation can be looked up. */
const keptSeconds = 30 * 86_400
const batch = 500

/** Deletes invitations that have been over for long, and the addresses in them, a few at a time. */
export async function deleteOldInvitations(ctx: JobContext): Promise<JobOutcome> {
  const before = addSeconds(ctx.clock.now(), -keptSeconds)
  while ((await deleteInvitationsBefore(ctx.db, { before, limit: batch })).length === batch);
  return completed
}
