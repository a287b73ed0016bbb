import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actOnUser } from './act-on-user'
import { requireStaff } from './require-staff'
import { endSessionOfUser } from './user-session-queries'

/**
 * Ends one session of somebody, once. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`, `target-above-own`.
 */
export async function endUserSession(
  ctx: Context,
  { id, sessionId }: { id: string; sessionId: string },
): Promise<void> {
  const staff = await requireStaff(ctx, 'users:sign-out')
  const event = eventValues(ctx)
  await actOnUser(ctx, { staff, targetId: id, permission: 'users:sign-out' }, async (db) => {
    const [ended] = await endSessionOfUser(db, { ...event, targetId: id, sessionId, endedEventId: ctx.ids.next() })
    if (!ended) throw notFound()
  })
}
