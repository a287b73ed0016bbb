import { type Context, requirePermission } from '#core/context'
import type { Permission } from '#core/permissions'
import { lacking } from '#core/problem'
import { missingPermission } from '#core/problems'
import { recheckMachine } from './recheck-machine'

/**
 * A program of the platform that may do something, and no person: by its key, or by the database if it shows a token, which
 * lives longer than what is remembered of keys. Throws `unauthenticated`, `invalid-api-key`, `missing-permission`.
 */
export async function requireMachine(ctx: Context, permission: Permission): Promise<void> {
  const actor = requirePermission(ctx, permission)
  if (actor.kind !== 'machine') throw missingPermission()
  if (actor.keyHash !== undefined) return
  if (!(await recheckMachine(ctx, actor)).includes(permission)) {
    throw missingPermission(lacking('platform', permission))
  }
}
