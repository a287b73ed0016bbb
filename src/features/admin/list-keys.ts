import * as z from 'zod'
import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { findAccount } from './find-account'
import { type KeyRow, listKeyRows, revokeKeyById } from './operator-key-queries'

const most = 200

/**
 * The newest API keys, of everybody, or of an account (its address) or another owner (its id). For the operator. Throws
 * `not-found`.
 */
export async function listKeys(ctx: CoreContext, owner: string | undefined): Promise<KeyRow[]> {
  const isId = z.uuid().safeParse(owner).success
  const ownerId = owner === undefined ? null : isId ? owner : (await findAccount(ctx, owner)).id
  return listKeyRows(ctx.db, { ownerId, limit: most })
}

/** Revokes an API key. For the operator. @returns whether it worked until now */
export async function revokeKey(ctx: CoreContext, keyId: string): Promise<boolean> {
  if (!z.uuid().safeParse(keyId).success) return false
  return (await revokeKeyById(ctx.db, { ...eventValues(ctx), keyId })).length > 0
}
