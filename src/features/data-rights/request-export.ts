import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { type DataExport, toDataExport } from './contract'
import { requestOwnExport } from './export-queries'

/**
 * Asks for a copy of everything that is kept of the caller; the link to it is mailed. It is everything at once, so they
 * must have shown a moment ago who they are. Who asks while one is under way gets that one. Throws `unauthenticated`,
 * `session-revoked`, `insufficient-user-authentication`, `rate-limited`, `limits-unavailable`.
 */
export async function requestExport(ctx: Context): Promise<DataExport> {
  const { userId, sessionId, freshAfter } = await requirePrivileged(ctx)
  await admit(ctx, ['exportData', userId])
  const ids = { exportId: ctx.ids.next(), jobId: ctx.ids.next() }
  const ask = () => requestOwnExport(ctx.db, { ...eventValues(ctx), ...ids, userId, sessionId, freshAfter })
  // One that began in the same moment is seen by the next statement.
  const row = (await ask())[0] ?? (await ask())[0]
  if (!row) throw sessionRevoked()
  ctx.pokeJobs()
  return toDataExport(row)
}
