import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { actOnUser } from './act-on-user'
import { requireStaff } from './require-staff'
import { resetFactors } from './reset-queries'

/**
 * Takes every second factor from somebody who has lost them, and tells them: what is left to log in by is their password, a
 * mail or another provider. Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`,
 * `missing-permission`, `target-above-own`.
 */
export async function resetUserFactors(ctx: Context, id: string): Promise<void> {
  const permission = 'users:reset-factors'
  const staff = await requireStaff(ctx, permission, { isFresh: true })
  await actOnUser(ctx, { staff, targetId: id, permission }, (db) =>
    resetFactors(db, {
      ...eventValues(ctx),
      targetId: id,
      endedEventId: ctx.ids.next(),
      jobId: ctx.ids.next(),
    }),
  )
  ctx.pokeJobs()
}
