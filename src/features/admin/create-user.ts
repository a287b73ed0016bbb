import type { Context } from '#core/context'
import type { Versioned } from '#core/precondition'
import { hashPassword } from '../accounts/hash-password'
import { emailTaken } from '../accounts/problems'
import { eventValues } from '../audit/event-values'
import { tooLarge } from '../profiles/change-versioned'
import { checkProfileChanges } from '../profiles/check-profile-changes'
import { type Account, type NewAccount, toAccount } from './account-contract'
import { findAccount } from './account-queries'
import { insertAccount } from './change-queries'
import { requireStaff } from './require-staff'

/**
 * Makes an account for somebody. Without a password they get a mail to set one, unless the caller says otherwise; the password
 * was looked at by `checkNewAccount`. Throws `unauthenticated`, `session-revoked`, `not-found`,
 * `insufficient-user-authentication`, `missing-permission`, `invalid-request`, `email-taken`, `overloaded`.
 */
export async function createUser(ctx: Context, account: NewAccount): Promise<Versioned<Account>> {
  await requireStaff(ctx, 'users:create')
  const { email, password, emailVerified = false, sendInvitation = password === undefined, ...profile } = account
  const event = eventValues(ctx)
  const userId = ctx.ids.next()
  const [added] = await insertAccount(ctx.db, {
    ...event,
    userId,
    email,
    isProved: emailVerified,
    changes: JSON.stringify(checkProfileChanges(ctx.profileSchema, profile, ['public', 'private', 'admin'])),
    schemaVersion: ctx.profileSchema.version,
    passwordHash: password === undefined ? null : await hashPassword(ctx, password),
    isInvited: sendInvitation,
    jobId: ctx.ids.next(),
    joinJobId: ctx.ids.next(),
  })
  if (added?.isTooLarge) throw tooLarge()
  if (!added?.id) throw emailTaken()
  if (sendInvitation || emailVerified) ctx.pokeJobs()
  const [row] = await findAccount(ctx.db, { targetId: userId, now: event.now })
  if (!row) throw new Error('An account that was just made is not there.')
  return { content: toAccount(ctx, row), version: row.version }
}
