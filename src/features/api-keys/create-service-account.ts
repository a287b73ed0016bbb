import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { missingPermission } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { type AccountDoor, type NewServiceAccount, type ServiceAccount, toServiceAccount } from './contract'
import { insertServiceAccount } from './service-account-queries'
import { withinOwner } from './within-owner'

/** Makes a program that signs in for itself, within what its maker may do. Throws what the door throws, `missing-permission`. */
export async function createServiceAccount(
  ctx: Context,
  door: AccountDoor,
  { name, permissions }: NewServiceAccount,
): Promise<ServiceAccount> {
  const { permissions: allowed, ...holder } = await door(ctx, 'write')
  if (!isWithin(permissions, allowed)) throw missingPermission()
  const values = { ...eventValues(ctx), ...holder, id: ctx.ids.next(), name, permissions: JSON.stringify(permissions) }
  const [row] = await withinOwner(ctx, holder, (db) => insertServiceAccount(db, values))
  if (!row) throw new Error('An insert gave no row.')
  return toServiceAccount(row)
}
