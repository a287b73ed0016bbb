import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { type DataExport, toDataExport } from './contract'
import { findOwnExport } from './export-queries'

/** How far the caller's newest export is. Throws `unauthenticated`, `session-revoked`, `not-found` for who never asked. */
export async function getExport(ctx: Context): Promise<DataExport> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findOwnExport(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  if (row.id === null) throw notFound()
  return toDataExport(row)
}
