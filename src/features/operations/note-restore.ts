import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { recordRestore } from './restore-queries'

/**
 * Records that the database was put back to a backup. For the operator; `ctx.db` is the transaction that does it.
 * @param backedUpAt the moment that it was put back to
 * @param endsSessions whether every session ends, no device is trusted any more, and what was mailed or begun is void
 * @returns how many sessions it ended
 */
export async function noteRestore(
  ctx: Pick<CoreContext, 'db' | 'ids' | 'clock' | 'random' | 'actor' | 'request'>,
  { backedUpAt, endsSessions }: { backedUpAt: string; endsSessions: boolean },
): Promise<number> {
  const [row] = await recordRestore(ctx.db, { ...eventValues(ctx), backedUpAt, endsSessions })
  return row?.sessionsEnded ?? 0
}
