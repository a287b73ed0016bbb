import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { normalizeEmailAddress } from '../profiles/normalize-email-address'
import { unlockByAddress } from './unlock-queries'

/** Forgets the failures to log in by an address, for the operator and for staff. @returns whether there were any */
export async function unlockAddress(
  ctx: Context,
  address: string,
  by: 'operator' | 'staff' = 'operator',
): Promise<boolean> {
  const email = normalizeEmailAddress(address) ?? address
  const [row] = await unlockByAddress(ctx.db, { ...eventValues(ctx), unlockedEventId: ctx.ids.next(), email, by })
  return row !== undefined
}
