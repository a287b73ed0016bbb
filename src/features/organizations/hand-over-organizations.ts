import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { findHeir, resignOwner } from './erasure-queries'
import { makeOwner } from './member-queries'

/**
 * Gives the organizations of an owner who is about to be erased to others of their members, so that none is without an
 * owner: those whose account is open before others, admins first, then who belongs to it longest. Nobody is left to be asked:
 * an account is not closed while its organizations have other members, but some may join after.
 */
export async function handOverOrganizations(ctx: CoreContext, userId: string): Promise<void> {
  for (;;) {
    const isLast = await ctx.db.transaction(async (db) => {
      const [heir] = await findHeir(db, { userId })
      if (!heir) return true
      await resignOwner(db, { organizationId: heir.organizationId, userId })
      await makeOwner(db, { ...eventValues(ctx), ...heir, formerOwnerId: userId })
      return false
    })
    if (isLast) return
  }
}
