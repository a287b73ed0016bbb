import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { actOnUser } from './act-on-user'
import { requireStaff } from './require-staff'
import { endSessionsOfUser } from './user-session-queries'

/**
 * Ends every session of somebody at once. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`, `target-above-own`.
 */
export async function signOutUser(ctx: Context, id: string): Promise<void> {
  const staff = await requireStaff(ctx, 'users:sign-out')
  await actOnUser(ctx, { staff, targetId: id, permission: 'users:sign-out' }, (db) =>
    endSessionsOfUser(db, { ...eventValues(ctx), targetId: id, endedEventId: ctx.ids.next() }),
  )
}
