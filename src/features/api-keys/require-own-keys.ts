import { type Context, requireUser } from '#core/context'
import { permissionsOf } from '#core/permissions'
import { sessionRevoked } from '#core/problems'
import { recentSeconds, requireLevel } from '#core/user-authentication'
import { requirePrivileged } from '../authenticators/require-privileged'
import type { KeyDoor, KeyHolder } from './contract'
import { findOwnAccess } from './queries'

const toHolder = (userId: string, sessionId: string, freshAfter: Date | null, permissions: string[]): KeyHolder => ({
  kind: 'user',
  userId,
  sessionId,
  freshAfter,
  organizationId: null,
  serviceAccountId: null,
  makerId: userId,
  permissions,
})

/**
 * The signed-in person, for their own keys; what makes one or changes one asks for a fresh proof. Throws `unauthenticated`,
 * `session-revoked`, `insufficient-user-authentication`.
 */
export const requireOwnKeys: KeyDoor = async (ctx: Context, act) => {
  if (act === 'read' || act === 'revoke') {
    const { userId, sessionId } = requireUser(ctx)
    return toHolder(userId, sessionId, null, [])
  }
  const { userId, sessionId, freshAfter, standing } = await requirePrivileged(ctx)
  // A key must not do without a second factor what its owner may not.
  if (standing.isRequired) requireLevel(standing, 'aal2', recentSeconds)
  if (act === 'change') return toHolder(userId, sessionId, freshAfter, [])
  const [row] = await findOwnAccess(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  const { roles, permissions } = row.access
  const allowed = permissionsOf(roles, permissions, ctx.config.APPLICATION_PERMISSIONS)
  return toHolder(userId, sessionId, freshAfter, allowed)
}
