import { type Context, requireUser } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import type { TrustedDevice } from './contract'
import { listOwnTrustedDevices, type TrustedDeviceRow } from './trusted-device-queries'

const toTrustedDevice = (row: TrustedDeviceRow): TrustedDevice => ({
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  ipAddress: row.ipAddress,
  userAgent: row.userAgent,
})

/** The devices on which the caller is not asked for a second factor, newest first. Throws `unauthenticated`, `session-revoked`. */
export async function listTrustedDevices(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<TrustedDevice>> {
  const { userId, sessionId } = requireUser(ctx)
  const rows = await listOwnTrustedDevices(ctx.db, {
    userId,
    sessionId,
    now: ctx.clock.now(),
    limit: limit + 1,
    before: cursor ?? null,
  })
  if (rows.length === 0) throw sessionRevoked()
  const listed = rows.filter((row) => row.id !== null)
  return toPage(listed, limit, toTrustedDevice)
}
