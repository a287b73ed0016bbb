import type { Context } from '#core/context'
import { allows, type Precondition, type Versioned } from '#core/precondition'
import { Problem } from '#core/problem'
import { notFound, preconditionFailed } from '#core/problems'
import type { Database } from '#db/database'
import { emailTaken } from '../accounts/problems'
import { eventValues } from '../audit/event-values'
import { changeVersioned } from '../profiles/change-versioned'
import { checkProfileChanges } from '../profiles/check-profile-changes'
import { type Account, type AccountChanges, toAccount } from './account-contract'
import { findAccount } from './account-queries'
import { actOnUser } from './act-on-user'
import { changeAccount, moveAccount } from './change-queries'
import { requireStaff } from './require-staff'

const move = async (ctx: Context, db: Database, targetId: string, changes: AccountChanges): Promise<void> => {
  const { email = null, emailVerified = null } = changes
  if (email === null && emailVerified === null) return
  const [moved] = await moveAccount(db, {
    ...eventValues(ctx),
    targetId,
    email,
    isProved: emailVerified,
    movedEventId: ctx.ids.next(),
    provedEventId: ctx.ids.next(),
    endedEventId: ctx.ids.next(),
    noticeJobId: ctx.ids.next(),
    proofJobId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
  })
  if (!moved) throw emailTaken()
}

/**
 * Changes somebody's account, if it is of a version that the caller knows: fields that are given, attributes of every
 * visibility, the address. Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`,
 * `missing-permission`, `target-above-own`, `invalid-request`, `precondition-failed`, `email-taken`, `overloaded`.
 */
export async function updateUser(
  ctx: Context,
  id: string,
  changes: AccountChanges,
  precondition: Precondition,
): Promise<Versioned<Account>> {
  const staff = await requireStaff(ctx, 'users:update')
  const { email: _, emailVerified: __, ...profile } = changes
  const fields = Object.keys(changes)
  const checked = JSON.stringify(checkProfileChanges(ctx.profileSchema, profile, ['public', 'private', 'admin']))
  const change = () =>
    actOnUser(ctx, { staff, targetId: id, permission: 'users:update' }, async (db) => {
      if (fields.length > 0) {
        await changeVersioned(ctx.profileSchema, precondition, async (values) => {
          const event = eventValues(ctx)
          const [row] = await changeAccount(db, {
            ...event,
            ...values,
            targetId: id,
            changes: checked,
            fields: fields.join(),
          })
          if (!row) throw notFound()
          return row
        })
      }
      await move(ctx, db, id, changes)
      const [row] = await findAccount(db, { targetId: id, now: ctx.clock.now() })
      if (!row) throw notFound()
      if (fields.length === 0 && !allows(precondition, row.version)) throw preconditionFailed()
      return row
    })
  const row = await change().catch((error: unknown) => {
    if (error instanceof Problem || changes.email === undefined) throw error
    // Another account took the address in the same moment, so nothing happened; now the statement sees it.
    return change()
  })
  ctx.pokeJobs()
  return { content: toAccount(ctx, row), version: row.version }
}
