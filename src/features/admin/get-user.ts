import type { Context } from '#core/context'
import type { Versioned } from '#core/precondition'
import { notFound } from '#core/problems'
import { type Account, toAccount } from './account-contract'
import { findAccount } from './account-queries'
import { requireStaff } from './require-staff'

/**
 * An account with all that staff see of it. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function getUser(ctx: Context, id: string): Promise<Versioned<Account>> {
  await requireStaff(ctx, 'users:read')
  const [row] = await findAccount(ctx.db, { targetId: id, now: ctx.clock.now() })
  if (!row) throw notFound()
  return { content: toAccount(ctx, row), version: row.version }
}
