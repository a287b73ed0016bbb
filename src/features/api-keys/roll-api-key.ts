import type { Context } from '#core/context'
import { missingPermission, notFound } from '#core/problems'
import { hashToken } from '#core/secrets'
import { addSeconds } from '../sessions/new-session'
import { type ApiKeyRoll, type CreatedApiKey, type KeyDoor, toApiKey } from './contract'
import { rollOwnKey } from './ending-queries'
import { newApiKey, prefixOf } from './key-token'
import { noOwner, ownerValues } from './owner-values'
import { alreadyRolled } from './problems'
import { withinOwner } from './within-owner'

/**
 * Makes the one key that takes the place of another, which lives on for the overlap. Throws what the door throws,
 * `not-found`, `already-rolled`, and `missing-permission` to who may do less than the key.
 */
export async function rollApiKey(
  ctx: Context,
  door: KeyDoor,
  { keyId, overlapSeconds }: ApiKeyRoll & { keyId: string },
): Promise<CreatedApiKey> {
  const holder = await door(ctx, 'change')
  const key = newApiKey(ctx)
  const values = {
    ...ownerValues(ctx, holder),
    keyId,
    newKeyId: ctx.ids.next(),
    keyHash: await hashToken(key),
    prefix: prefixOf(key),
    overlapEndsAt: addSeconds(ctx.clock.now(), overlapSeconds),
    // What a person may do is asked each time that their key is used.
    allowed: holder.kind === 'user' ? null : JSON.stringify(holder.permissions),
    makerId: holder.makerId,
  }
  const [row] = await withinOwner(ctx, holder, (db) => rollOwnKey(db, holder.kind, values))
  if (!row) throw noOwner(holder)
  if (!row.isThere) throw notFound()
  if (row.id !== null) return { ...toApiKey(row), key }
  throw row.isWithin ? alreadyRolled() : missingPermission()
}
