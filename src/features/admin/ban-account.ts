import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { banAccount as banAccountRow, unbanAccount as unbanAccountRow } from './ban-queries'
import { findAccount } from './find-account'
import { signOutAccount } from './operator-queries'

/**
 * Bans an account, for good or until a time: no door opens to it, and its sessions end. For the operator. Throws `not-found`.
 * @returns whether it was not banned
 */
export async function banAccount(
  ctx: CoreContext,
  addressOrId: string,
  { until = null, reason = 'By the operator.' }: { until?: Date | null; reason?: string },
): Promise<boolean> {
  const { id: targetId, bannedAt } = await findAccount(ctx, addressOrId)
  if (bannedAt) return false
  const ids = { endedEventId: ctx.ids.next(), jobId: ctx.ids.next() }
  return (await banAccountRow(ctx.db, { ...eventValues(ctx), ...ids, targetId, until, reason })).length > 0
}

/** Lets an account in again. For the operator. Throws `not-found`. @returns whether it was banned */
export async function unbanAccount(ctx: CoreContext, addressOrId: string): Promise<boolean> {
  const { id: targetId } = await findAccount(ctx, addressOrId)
  const values = { ...eventValues(ctx), targetId, endedEventId: ctx.ids.next() }
  return (await unbanAccountRow(ctx.db, values)).length > 0
}

/** Ends every session of an account. For the operator. Throws `not-found`. @returns how many there were */
export async function endAllSessions(ctx: CoreContext, addressOrId: string): Promise<number> {
  const { id: userId } = await findAccount(ctx, addressOrId)
  const [ended] = await signOutAccount(ctx.db, { ...eventValues(ctx), userId, endedEventId: ctx.ids.next() })
  return ended?.count ?? 0
}
