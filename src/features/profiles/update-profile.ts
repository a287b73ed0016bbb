import { type Context, requireUser } from '#core/context'
import { allows, type Precondition, type Versioned } from '#core/precondition'
import { preconditionFailed, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { changeVersioned } from './change-versioned'
import { checkProfileChanges } from './check-profile-changes'
import { type ProfileChanges, toUser, type User } from './contract'
import { getProfile } from './get-profile'
import { updateOwnUser } from './queries'

const readUnchanged = async (ctx: Context, precondition: Precondition): Promise<Versioned<User>> => {
  const known = await getProfile(ctx)
  if (!allows(precondition, known.version)) throw preconditionFailed()
  return known
}

/**
 * Changes the fields that are given, clears those that are null, if the profile is of a version that the caller knows.
 * Throws `unauthenticated`, `session-revoked`, `invalid-request`, `precondition-failed`, `overloaded`.
 */
export async function updateProfile(
  ctx: Context,
  changes: ProfileChanges,
  precondition: Precondition,
): Promise<Versioned<User>> {
  const { userId, sessionId } = requireUser(ctx)
  if (Object.keys(changes).length === 0) return readUnchanged(ctx, precondition)
  const checked = JSON.stringify(checkProfileChanges(ctx.profileSchema, changes))
  const row = await changeVersioned(ctx.profileSchema, precondition, async (values) => {
    const [row] = await updateOwnUser(ctx.db, { ...eventValues(ctx), ...values, userId, sessionId, changes: checked })
    if (!row) throw sessionRevoked()
    return row
  })
  return { content: toUser(ctx, row), version: row.version }
}
