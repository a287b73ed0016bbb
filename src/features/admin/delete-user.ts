import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { answerErasure } from '../data-rights/answer-erasure'
import type { ErasureAnswer } from '../data-rights/contract'
import { addSeconds } from '../sessions/new-session'
import { actOnUser } from './act-on-user'
import { closeAccountOf } from './delete-queries'
import { accountNotOpen } from './problems'
import { requireStaff } from './require-staff'

/**
 * Closes somebody's account at once; it is erased after the grace period, unless its owner takes that back by the mailed
 * link. Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`, `missing-permission`,
 * `target-above-own`, `own-account`, `account-not-open`.
 */
export async function deleteUser(ctx: Context, id: string): Promise<ErasureAnswer> {
  const staff = await requireStaff(ctx, 'users:delete', { isFresh: true })
  const event = eventValues(ctx)
  const row = await actOnUser(
    ctx,
    { staff, targetId: id, permission: 'users:delete', notOneself: true },
    async (db) => {
      const [erasure] = await closeAccountOf(db, {
        ...event,
        targetId: id,
        erasureId: ctx.ids.next(),
        dueAt: addSeconds(event.now, ctx.config.ERASURE_GRACE_SECONDS),
        endedEventId: ctx.ids.next(),
        jobId: ctx.ids.next(),
      })
      if (!erasure) throw accountNotOpen()
      return erasure
    },
  )
  ctx.pokeJobs()
  return answerErasure(ctx, row)
}
