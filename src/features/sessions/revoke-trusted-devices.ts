import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { revokeOwnTrustedDevices } from './trusted-device-queries'

/**
 * Trusts a device of the caller no more, or none of them without an id. Throws `unauthenticated`, `session-revoked`, and
 * `not-found` for a device that is not theirs.
 */
export async function revokeTrustedDevices(ctx: Context, { id = null }: { id?: string | null }): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await revokeOwnTrustedDevices(ctx.db, { ...eventValues(ctx), userId, sessionId, id })
  if (!row) throw sessionRevoked()
  if (id !== null && Number(row.revoked) === 0) throw notFound()
}
