import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { type ApiKey, type KeyDoor, toApiKey } from './contract'
import { findOwnKey } from './owned-queries'
import { noOwner, ownerValues } from './owner-values'
import { withinOwner } from './within-owner'

/** One key of an owner. Throws what the door throws, and `not-found`. */
export async function getApiKey(ctx: Context, door: KeyDoor, { keyId }: { keyId: string }): Promise<ApiKey> {
  const holder = await door(ctx, 'read')
  const values = { ...ownerValues(ctx, holder), keyId }
  const [row] = await withinOwner(ctx, holder, (db) => findOwnKey(db, holder.kind, values))
  if (!row) throw noOwner(holder)
  if (row.id === null) throw notFound()
  return toApiKey(row)
}
