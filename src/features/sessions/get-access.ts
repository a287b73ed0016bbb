import { type Context, requireUser } from '#core/context'
import { toAccess } from '#core/permissions'
import { sessionRevoked } from '#core/problems'
import type { OwnAccess } from './access-contract'
import { findOwnAccess } from './access-queries'

/**
 * What the caller may do: as the database says now, and their next token will. Throws `unauthenticated`, `session-revoked`.
 */
export async function getAccess(ctx: Context): Promise<OwnAccess> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findOwnAccess(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  const { permissions, organization } = toAccess(row.access, ctx.config.APPLICATION_PERMISSIONS)
  const roles = row.roles.map(({ name, expiresAt }) => ({
    name,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }))
  return { roles, permissions, organization }
}
