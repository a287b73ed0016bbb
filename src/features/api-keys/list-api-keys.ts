import type { Context } from '#core/context'
import { type PageQuery, toPage } from '#core/pagination'
import { type ApiKeyPage, type KeyDoor, toApiKey } from './contract'
import { listOwnKeys } from './owned-queries'
import { noOwner, ownerValues } from './owner-values'
import { withinOwner } from './within-owner'

/** The keys of an owner that were not revoked, oldest first. Throws what the door throws. */
export async function listApiKeys(ctx: Context, door: KeyDoor, { limit, cursor }: PageQuery): Promise<ApiKeyPage> {
  const holder = await door(ctx, 'read')
  const values = { ...ownerValues(ctx, holder), limit: limit + 1, cursor: cursor ?? null }
  const rows = await withinOwner(ctx, holder, (db) => listOwnKeys(db, holder.kind, values))
  if (rows.length === 0) throw noOwner(holder)
  return toPage(
    rows.filter((row) => row.id !== null),
    limit,
    toApiKey,
  )
}
