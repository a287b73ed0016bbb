import type { Context } from '#core/context'
import { isWithin } from '#core/permissions'
import { invalidFields, missingPermission } from '#core/problems'
import { hashToken } from '#core/secrets'
import type { Database } from '#db/database'
import { type CreatedApiKey, type KeyDoor, type NewApiKey, toApiKey } from './contract'
import { newApiKey, prefixOf } from './key-token'
import { holdOwner, insertOwnKey } from './owned-queries'
import { noOwner, ownerValues } from './owner-values'
import { tooManyApiKeys } from './problems'
import { withinOwner } from './within-owner'

const isOver = { pointer: '/expiresAt', code: 'in_the_past', message: 'This is over.' }

/**
 * Makes an API key, which is shown this once. Its scopes are among what its owner and its maker may do. Throws what the door
 * throws, `missing-permission`, `invalid-request`, `too-many-api-keys`.
 */
export async function createApiKey(ctx: Context, door: KeyDoor, input: NewApiKey): Promise<CreatedApiKey> {
  const holder = await door(ctx, 'create')
  if (!isWithin(input.scopes, holder.permissions)) throw missingPermission()
  const expiresAt = input.expiresAt === null ? null : new Date(input.expiresAt)
  if (expiresAt !== null && expiresAt <= ctx.clock.now()) throw invalidFields([isOver])
  const key = newApiKey(ctx)
  const { name, limitPerMinute } = input
  const values = {
    ...ownerValues(ctx, holder),
    keyId: ctx.ids.next(),
    keyHash: await hashToken(key),
    prefix: prefixOf(key),
    name,
    limitPerMinute,
    scopes: JSON.stringify([...new Set(input.scopes)]),
    allowedNetworks: JSON.stringify(input.allowedNetworks),
    expiresAt,
    makerId: holder.makerId,
  }
  const insert = (db: Database) =>
    db.transaction(async (held) => {
      await holdOwner(held, { ownerId: holder.serviceAccountId ?? holder.organizationId ?? holder.userId ?? '' })
      return insertOwnKey(held, holder.kind, values)
    })
  const [row] = await withinOwner(ctx, holder, insert)
  if (!row) throw noOwner(holder)
  if (row.id === null) throw row.isWithin ? tooManyApiKeys() : missingPermission()
  return { ...toApiKey(row), key }
}
