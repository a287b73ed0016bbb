import type { Context } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { listOrganizationsToTransfer } from '../organizations/list-organizations-to-transfer'
import { ownsOrganizations } from '../organizations/problems'
import { addSeconds } from '../sessions/new-session'
import { answerErasure } from './answer-erasure'
import type { ErasureAnswer } from './contract'
import { closeOwnAccount } from './erasure-queries'

/**
 * Closes the caller's account at once: it is as unknown at every door, and erased after the grace period, unless its owner
 * takes that back by the mailed link. Whoever owns organizations with other members transfers or deletes them first. Throws
 * `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `owns-organizations`.
 */
export async function closeAccount(ctx: Context): Promise<ErasureAnswer> {
  const { userId, sessionId, freshAfter } = await requirePrivileged(ctx)
  const event = eventValues(ctx)
  const [row] = await closeOwnAccount(ctx.db, {
    ...event,
    userId,
    sessionId,
    freshAfter,
    erasureId: ctx.ids.next(),
    dueAt: addSeconds(event.now, ctx.config.ERASURE_GRACE_SECONDS),
    endedEventId: ctx.ids.next(),
    jobId: ctx.ids.next(),
  })
  if (!row) {
    const organizationIds = await listOrganizationsToTransfer(ctx, userId)
    throw organizationIds.length > 0 ? ownsOrganizations({ extensions: { organizationIds } }) : sessionRevoked()
  }
  ctx.pokeJobs()
  return answerErasure(ctx, row)
}
