import type { Context } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import type { Database } from '#db/database'
import { type SecondFactorPolicy, secondFactorPolicy } from '../access/second-factor-policy'
import { type EventValues, eventValues } from '../audit/event-values'
import { holdPrivileged } from './removal-queries'
import { requirePrivileged } from './require-privileged'

type Caller = { userId: string; sessionId: string }

/** What a statement that removes an authenticator of the caller needs beside its id. */
export type RemovalValues = EventValues & Caller & SecondFactorPolicy & { noticeJobId: string }

/**
 * Removes an authenticator of the caller while their account is held, so that of two removals the second sees what the
 * first left. @param remove gives a row if there is one to remove, with how many were
 * Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `not-found`.
 */
export async function removeHeld<Row extends { removed: string }>(
  ctx: Context,
  remove: (db: Database, values: RemovalValues) => Promise<Row[]>,
): Promise<Row> {
  const { standing: _, ...caller } = await requirePrivileged(ctx)
  const event = eventValues(ctx)
  const [row] = await ctx.db.transaction(async (db) => {
    const [held] = await holdPrivileged(db, { ...caller, now: event.now })
    if (!held) throw sessionRevoked()
    const { userId, sessionId } = caller
    const values = { ...event, ...secondFactorPolicy(ctx.config), userId, sessionId, noticeJobId: ctx.ids.next() }
    return remove(db, values)
  })
  if (!row) throw notFound()
  if (Number(row.removed) > 0) ctx.pokeJobs()
  return row
}
