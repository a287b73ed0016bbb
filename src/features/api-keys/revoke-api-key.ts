import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import type { KeyDoor } from './contract'
import { revokeOwnKey } from './ending-queries'
import { noOwner, ownerValues } from './owner-values'
import { withinOwner } from './within-owner'

/**
 * Revokes a key: nobody accepts it any more within ten seconds. Idempotent. Throws what the door throws, and `not-found`.
 */
export async function revokeApiKey(ctx: Context, door: KeyDoor, { keyId }: { keyId: string }): Promise<void> {
  const holder = await door(ctx, 'revoke')
  const values = { ...ownerValues(ctx, holder), keyId }
  const [row] = await withinOwner(ctx, holder, (db) => revokeOwnKey(db, holder.kind, values))
  if (!row) throw noOwner(holder)
  if (row.id === null) throw notFound()
}
