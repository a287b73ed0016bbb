import type { Context } from '#core/context'
import { missingPermission, notFound } from '#core/problems'
import { type ApiKey, type ApiKeyChange, type KeyDoor, toApiKey } from './contract'
import { updateOwnKey } from './owned-queries'
import { noOwner, ownerValues } from './owner-values'
import { withinOwner } from './within-owner'

const toJson = (list: string[] | undefined): string | null => (list === undefined ? null : JSON.stringify(list))

/**
 * Renames a key, takes scopes away from it, or changes where it is accepted from and how often. Throws what the door throws,
 * `not-found`, and `missing-permission` for a scope that it does not have.
 */
export async function updateApiKey(
  ctx: Context,
  door: KeyDoor,
  { keyId, name, scopes, allowedNetworks, limitPerMinute }: ApiKeyChange & { keyId: string },
): Promise<ApiKey> {
  const holder = await door(ctx, 'change')
  const values = {
    ...ownerValues(ctx, holder),
    keyId,
    name: name ?? null,
    scopes: toJson(scopes),
    allowedNetworks: toJson(allowedNetworks),
    setsLimit: limitPerMinute !== undefined,
    limitPerMinute: limitPerMinute ?? null,
  }
  const [row] = await withinOwner(ctx, holder, (db) => updateOwnKey(db, holder.kind, values))
  if (!row) throw noOwner(holder)
  if (row.id === null) throw row.isThere ? missingPermission() : notFound()
  return toApiKey(row)
}
