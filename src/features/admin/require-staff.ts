import { type Actor, type Context, recordRefusal, requireUser } from '#core/context'
import { isPermission, type Permission, permissionsOf } from '#core/permissions'
import { lacking } from '#core/problem'
import { impersonationRefused, missingPermission, notFound, sessionRevoked } from '#core/problems'
import { recentSeconds, requireFresh, requireLevel } from '#core/user-authentication'
import { secondFactorPolicy } from '../access/second-factor-policy'
import { recheckMachine } from '../api-keys/recheck-machine'
import { eventValues } from '../audit/event-values'
import { recordRefusedAccess } from './refusal-queries'
import { findStaffStanding } from './standing-queries'

type Machine = Extract<Actor, { kind: 'machine' }>

/** Somebody of the staff, or a program of the platform, which has no session. */
export interface Staff {
  userId: string | null
  sessionId: string | null
  /** What they may do now. */
  permissions: string[]
}

/** A program, by its key as it is now. It is never asked to show who it is, so what asks for that is not for it. */
const requireProgram = async (
  ctx: Context,
  actor: Machine,
  enough: readonly Permission[],
  isFresh: boolean,
): Promise<Staff> => {
  if (actor.organizationId !== null) throw notFound()
  const permissions = await recheckMachine(ctx, actor)
  if (permissions.length === 0) throw notFound()
  if (isFresh || !enough.some((name) => permissions.includes(name))) {
    throw missingPermission(lacking('platform', ...enough))
  }
  return { userId: null, sessionId: null, permissions }
}

/**
 * Somebody who may do something to others: the first line of every verb of staff. It asks the database, so that a role that
 * was taken, or is over, counts no more at once. To who may do nothing of the kind, there is nothing here. Who acts as
 * somebody else is none of the staff meanwhile, and who lacks the permission leaves an event.
 * @param permission what they must be allowed, or a list of which one is enough
 * @param isFresh whether they must have shown a moment ago that it is them: for what can't be undone
 * Throws `unauthenticated`, `impersonation-refused`, `session-revoked`, `invalid-api-key`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`.
 */
export async function requireStaff(
  ctx: Context,
  permission: Permission | readonly Permission[],
  { isFresh = false } = {},
): Promise<Staff> {
  const enough = [permission].flat()
  if (ctx.actor.kind === 'machine') return requireProgram(ctx, ctx.actor, enough, isFresh)
  const { userId, sessionId, impersonatorId } = requireUser(ctx)
  if (impersonatorId !== undefined) throw impersonationRefused()
  const now = ctx.clock.now()
  const [standing] = await findStaffStanding(ctx.db, { ...secondFactorPolicy(ctx.config), userId, sessionId, now })
  if (!standing) throw sessionRevoked()
  const { roles, permissions: custom } = standing.access
  const permissions = permissionsOf(roles, custom, ctx.config.APPLICATION_PERMISSIONS)
  if (!permissions.some(isPermission)) throw notFound()
  const level = standing.needsSecondFactor ? 'aal2' : 'aal1'
  requireLevel(standing, level, recentSeconds)
  if (isFresh) requireFresh(standing, now, recentSeconds, level)
  if (enough.some((name) => permissions.includes(name))) return { userId, sessionId, permissions }
  const refused = enough.join(' ')
  await recordRefusal(ctx, (db) =>
    recordRefusedAccess(db, { ...eventValues(ctx), userId, sessionId, permission: refused }),
  )
  throw missingPermission(lacking('platform', ...enough))
}
