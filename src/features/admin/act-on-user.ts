import type { Context } from '#core/context'
import { isAbove, isWithin, type Permission, permissionsOf } from '#core/permissions'
import { notFound } from '#core/problems'
import type { Database } from '#db/database'
import { eventValues } from '../audit/event-values'
import { type HeldTarget, holdTarget, recordRefusedAct, recordRefusedImpersonation } from './account-queries'
import { accountNotOpen, ownAccount, targetAboveOwn } from './problems'
import type { Staff } from './require-staff'

interface Action {
  staff: Staff
  targetId: string
  /** What the caller does it by. */
  permission: Permission
  /** Whether nobody does it to themselves. */
  notOneself?: boolean
}

type Refusal = 'absent' | 'not_above' | 'closed'

/** To act as somebody one must be allowed more than they, and they be let in; for all else they may be allowed as much. */
const refusalOf = (
  { config }: Context,
  { staff, permission }: Action,
  target: HeldTarget | undefined,
): Refusal | undefined => {
  if (!target) return 'absent'
  const theirs = permissionsOf(target.access.roles, target.access.permissions, config.APPLICATION_PERMISSIONS)
  const actsAsThem = permission === 'users:impersonate'
  const isAllowed = actsAsThem ? isAbove(staff.permissions, theirs) : isWithin(theirs, staff.permissions)
  if (!isAllowed) return 'not_above'
  return actsAsThem && !target.isOpen ? 'closed' : undefined
}

const recordAndRefuse = async (ctx: Context, { targetId, permission }: Action, reason: Refusal): Promise<never> => {
  if (reason === 'absent') throw notFound()
  const values = { ...eventValues(ctx), targetId }
  if (permission === 'users:impersonate') await recordRefusedImpersonation(ctx.db, { ...values, reason })
  else await recordRefusedAct(ctx.db, { ...values, permission })
  throw reason === 'closed' ? accountNotOpen() : targetAboveOwn()
}

/**
 * Does something to somebody who may do no more than the caller, and as one: their row is held meanwhile, so that a role
 * that they get in the same moment comes before it, and counts, or after it. Refusals are recorded.
 * @param act runs in the transaction: SQL and nothing else
 * Throws `not-found`, `target-above-own`, `account-not-open`, `own-account`.
 */
export async function actOnUser<Result>(
  ctx: Context,
  action: Action,
  act: (db: Database, target: HeldTarget) => Promise<Result>,
): Promise<Result> {
  if (action.notOneself && action.staff.userId === action.targetId) throw ownAccount()
  const now = ctx.clock.now()
  const outcome = await ctx.db.transaction(async (db) => {
    const [target] = await holdTarget(db, { targetId: action.targetId, now })
    const refusal = refusalOf(ctx, action, target)
    return refusal || !target ? { refusal: refusal ?? 'absent' } : { result: await act(db, target) }
  })
  return 'result' in outcome ? outcome.result : recordAndRefuse(ctx, action, outcome.refusal)
}
