import type { Actor, Context } from '#core/context'
import { invalidApiKey } from '#core/problems'
import { toKnownKey } from './find-known-key'
import type { KnownKey } from './known-keys'
import { findKeyById } from './queries'

/** The key by which a program calls, as it is in the database now; undefined if it is not accepted any more. */
const findNow = async (ctx: Context, keyId: string): Promise<KnownKey | undefined> => {
  const now = ctx.clock.now()
  const [row] = await findKeyById(ctx.db, { keyId, now })
  const key = row && toKnownKey(ctx, row)
  return key && (key.expiresAt === null || key.expiresAt > now) ? key : undefined
}

/**
 * What a program may do now, by the database: of what its key or token says, what the key and its owner still may. For
 * privileged routes, where a revocation counts at once. Throws `invalid-api-key`.
 */
export async function recheckMachine(ctx: Context, actor: Extract<Actor, { kind: 'machine' }>): Promise<string[]> {
  const key = await findNow(ctx, actor.keyId)
  if (!key) throw invalidApiKey()
  return actor.permissions.filter((name) => key.permissions.includes(name))
}
