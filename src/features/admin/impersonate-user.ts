import { type Context, requireUser } from '#core/context'
import { impersonationRefused, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { addSeconds } from '../sessions/new-session'
import { actOnUser } from './act-on-user'
import type { NewImpersonation } from './impersonation-contract'
import { recordRefusedChain, startImpersonation } from './impersonation-queries'
import { requireStaffPerson } from './require-staff-person'

/** Whoever acts as somebody acts as nobody else by that, which is recorded. Throws `impersonation-refused`. */
const refuseChain = async (ctx: Context, targetId: string): Promise<void> => {
  const { userId, sessionId, impersonatorId } = requireUser(ctx)
  if (impersonatorId === undefined) return
  const [caller] = await recordRefusedChain(ctx.db, { ...eventValues(ctx), userId, sessionId, targetId })
  throw caller ? impersonationRefused() : sessionRevoked()
}

/**
 * Tokens to act as somebody who may do less than the caller, for a while: they are told, and by whom and why is recorded. They
 * end with the session of the caller, and when the caller may not do this any more. Throws `unauthenticated`,
 * `session-revoked`, `not-found`, `insufficient-user-authentication`, `missing-permission`, `target-above-own`,
 * `account-not-open`, `impersonation-refused`.
 */
export async function impersonateUser(
  ctx: Context,
  id: string,
  { reason, durationSeconds }: NewImpersonation,
): Promise<TokenSet> {
  await refuseChain(ctx, id)
  const staff = await requireStaffPerson(ctx, 'users:impersonate', { isFresh: true })
  const event = eventValues(ctx)
  const row = await actOnUser(ctx, { staff, targetId: id, permission: 'users:impersonate' }, async (db) => {
    const [opened] = await startImpersonation(db, {
      ...event,
      userId: staff.userId,
      sessionId: staff.sessionId,
      targetId: id,
      newSessionId: ctx.ids.next(),
      endsAt: addSeconds(event.now, durationSeconds),
      reason,
      seconds: durationSeconds,
      jobId: ctx.ids.next(),
    })
    if (!opened) throw sessionRevoked()
    return opened
  })
  ctx.pokeJobs()
  return issueTokens(ctx, row, toUser(ctx, row))
}
