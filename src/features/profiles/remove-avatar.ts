import { type Context, requireUser } from '#core/context'
import { retryAfter } from '#core/problem'
import { overloaded, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { clearAvatar } from './avatar-queries'

const mostTries = 8

/** Takes the caller's picture away, and has its files deleted. Throws `unauthenticated`, `session-revoked`, `overloaded`. */
export async function removeAvatar(ctx: Context): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  for (let tries = 0; tries < mostTries; tries += 1) {
    const values = { ...eventValues(ctx), userId, sessionId, jobId: ctx.ids.next() }
    const [row] = await clearAvatar(ctx.db, values)
    if (!row) throw sessionRevoked()
    if (row.isDone) return ctx.pokeJobs()
  }
  throw overloaded(retryAfter(1))
}
