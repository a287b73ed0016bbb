import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { type ProfileChanges, toUser, type User } from './contract'
import { getProfile } from './get-profile'
import { updateOwnUser } from './queries'

/** Changes the fields that are given, clears those that are null. Throws `unauthenticated`, `session-revoked`. */
export async function updateProfile(ctx: Context, changes: ProfileChanges): Promise<User> {
  const { userId, sessionId } = requireUser(ctx)
  if (Object.keys(changes).length === 0) return getProfile(ctx)
  const [row] = await updateOwnUser(ctx.db, {
    ...eventValues(ctx),
    userId,
    sessionId,
    changes: JSON.stringify(changes),
  })
  if (!row) throw sessionRevoked()
  return toUser(row)
}
