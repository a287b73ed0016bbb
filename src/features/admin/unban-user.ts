import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { actOnUser } from './act-on-user'
import { unbanAccount } from './ban-queries'
import { requireStaff } from './require-staff'

/**
 * Lets somebody in again; who is not banned stays as they are. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`, `target-above-own`.
 */
export async function unbanUser(ctx: Context, id: string): Promise<void> {
  const staff = await requireStaff(ctx, 'users:ban')
  await actOnUser(ctx, { staff, targetId: id, permission: 'users:ban' }, (db) =>
    unbanAccount(db, { ...eventValues(ctx), targetId: id, endedEventId: ctx.ids.next() }),
  )
}
