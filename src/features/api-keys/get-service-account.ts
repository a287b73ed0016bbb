import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { type AccountDoor, type ServiceAccount, toServiceAccount } from './contract'
import { findServiceAccount } from './service-account-queries'
import { withinOwner } from './within-owner'

/** One service account. Throws what the door throws, and `not-found`. */
export async function getServiceAccount(ctx: Context, door: AccountDoor, id: string): Promise<ServiceAccount> {
  const { organizationId } = await door(ctx, 'read')
  const values = { organizationId, id }
  const [row] = await withinOwner(ctx, values, (db) => findServiceAccount(db, values))
  if (!row) throw notFound()
  return toServiceAccount(row)
}
