import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { missingPermission, notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { type AccountDoor, type ServiceAccount, type ServiceAccountChange, toServiceAccount } from './contract'
import { updateServiceAccountRow } from './service-account-queries'
import { withinOwner } from './within-owner'

/**
 * Renames a service account, lets it do what its changer may, or disables it, which its keys and tokens see within ten
 * seconds and on privileged routes at once. Throws what the door throws, `missing-permission`, `not-found`.
 */
export async function updateServiceAccount(
  ctx: Context,
  door: AccountDoor,
  { id, name, permissions, isDisabled }: ServiceAccountChange & { id: string },
): Promise<ServiceAccount> {
  const { organizationId, permissions: allowed } = await door(ctx, 'write')
  if (permissions && !isWithin(permissions, allowed)) throw missingPermission()
  const values = {
    ...eventValues(ctx),
    organizationId,
    id,
    name: name ?? null,
    permissions: permissions ? JSON.stringify(permissions) : null,
    isDisabled: isDisabled ?? null,
  }
  const [row] = await withinOwner(ctx, values, (db) => updateServiceAccountRow(db, values))
  if (!row) throw notFound()
  return toServiceAccount(row)
}
