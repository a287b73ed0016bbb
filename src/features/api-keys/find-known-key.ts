import type { Context } from '#core/context'
import { parseNetwork } from '#core/network'
import { organizationPermissions, permissionsOf } from '#core/permissions'
import { type KnownKey, lookUpKey } from './known-keys'
import { type FoundKey, findKeyByHash } from './queries'

/** What the owner of a key may do now. */
const ownerMay = ({ config }: Context, { access, accountPermissions }: FoundKey): string[] => {
  if (access) return permissionsOf(access.roles, access.permissions, config.APPLICATION_PERMISSIONS)
  return accountPermissions ?? [...Object.keys(organizationPermissions), ...config.APPLICATION_PERMISSIONS]
}

const ownerOf = ({ userId, organizationId, serviceAccountId }: FoundKey): KnownKey['owner'] => {
  if (serviceAccountId !== null) return { kind: 'service-account', id: serviceAccountId }
  return userId === null ? { kind: 'organization', id: organizationId ?? '' } : { kind: 'user', id: userId }
}

/** A key as it is remembered. */
export const toKnownKey = (ctx: Context, found: FoundKey): KnownKey => {
  const allowed = ownerMay(ctx, found)
  return {
    id: found.id,
    name: found.name,
    owner: ownerOf(found),
    organizationId: found.organizationId,
    permissions: found.scopes.filter((scope) => allowed.includes(scope)),
    allowedNetworks: found.allowedNetworks.map(parseNetwork).filter((network) => network !== undefined),
    limitPerMinute: found.limitPerMinute,
    expiresAt: found.expiresAt,
    lastUsedAt: found.lastUsedAt,
  }
}

/** Looks a key up by its hash, by one statement; null if it is not accepted. Throws `database-unavailable`. */
export async function findKnownKey(ctx: Context, keyHash: string): Promise<KnownKey | null> {
  return lookUpKey(ctx, keyHash, async () => {
    const [row] = await findKeyByHash(ctx.db, { keyHash, now: ctx.clock.now() })
    return row ? toKnownKey(ctx, row) : null
  })
}
