import type { Context } from '#core/context'
import { invalidFields } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { type Account, toAccount } from './account-contract'
import { findAccount } from './account-queries'
import { actOnUser } from './act-on-user'
import type { Ban } from './ban-contract'
import { banAccount } from './ban-queries'
import { requireStaff } from './require-staff'

const inThePast = () =>
  invalidFields([{ pointer: '/until', code: 'in_the_past', message: 'Give an instant that is still to come.' }])

/**
 * Shuts every door to somebody at once, and ends their sessions; a ban before is replaced. Throws `unauthenticated`,
 * `session-revoked`, `not-found`, `insufficient-user-authentication`, `missing-permission`, `target-above-own`, `own-account`,
 * `invalid-request`.
 */
export async function banUser(ctx: Context, id: string, { reason, until }: Ban): Promise<Account> {
  const staff = await requireStaff(ctx, 'users:ban', { isFresh: true })
  const event = eventValues(ctx)
  const endsAt = until === undefined ? null : new Date(until)
  if (endsAt && endsAt <= event.now) throw inThePast()
  const row = await actOnUser(ctx, { staff, targetId: id, permission: 'users:ban', notOneself: true }, async (db) => {
    await banAccount(db, {
      ...event,
      targetId: id,
      reason,
      until: endsAt,
      endedEventId: ctx.ids.next(),
      jobId: ctx.ids.next(),
    })
    const [account] = await findAccount(db, { targetId: id, now: event.now })
    if (!account) throw new Error('An account that is held is not there.')
    return account
  })
  return toAccount(ctx, row)
}
