import { sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { letIn, loggedIn } from '../authenticators/fragments'
import type { LoggedInRow } from '../authenticators/log-in-contract'
import type { LogInValues } from '../authenticators/log-in-values'
import type { UserRow } from '../profiles/contract'
import { holdOwner, lockUser, userByEmail, userById, userColumns } from '../profiles/fragments'
import {
  countFailure,
  countNetwork,
  failuresOf,
  forgetFailures,
  isLocked,
  mailLock,
  recordLock,
} from '../sessions/lockout-fragments'
import type { LockoutValues } from '../sessions/lockout-values'
import { failing } from './fragments'

/** Whom a failure counts against, those in a row so far, and until when log-ins are shut. */
export interface Standing {
  subject: string
  failures: number
  lockedUntil: Date | null
}

interface Known extends UserRow {
  isOpen: boolean
  passwordHash: string | null
}

export type LogInCandidate = Standing & { networkShutUntil: Date | null } & (Known | { id: null })

/** Who would log in by an address, and how many failures came before. One row always; `id` is null if nobody would. */
export const findLogInCandidate = statement<LockoutValues & { now: Date; email: string }, LogInCandidate>(
  'findLogInCandidate',
  (value) => sql`
  with failing as (${failing(value, sql`${value.email}::text`)}), person as (${userByEmail(value.email)})
  select ${userColumns('person')}, ${isOpen('person')} as "isOpen", password.hash as "passwordHash",
    failing.subject, failing.failures, failing.locked_until as "lockedUntil",
    network.locked_until as "networkShutUntil"
  from failing
  left join person on true
  left join password on password.user_id = person.id
  left join lateral (${failuresOf(value, sql`${value.networkSubject}::text`)}) network on true`,
)

/**
 * Lets somebody in if the password that was just checked is still the account's and nothing has locked it meanwhile, and
 * replaces an old hash by `newHash` if that is not null. The failures before it are forgotten. No row: the hash is another
 * by now, or log-ins are shut.
 */
export const letInByPassword = statement<
  LogInValues & {
    userId: string
    email: string
    subject: string
    passwordHash: string
    newHash: string | null
  },
  LoggedInRow
>(
  'letInByPassword',
  (value) => sql`
  with owner as (${holdOwner(sql`(${lockUser(sql`${value.userId}::uuid`)})`, sql`${value.email}::text`)}),
  proved as (
    update password set hash = coalesce(${value.newHash}::text, hash)
    from owner where password.user_id = owner.id and hash = ${value.passwordHash}::text
      and not ${isLocked(value, sql`${value.subject}::text`)}
    returning password.user_id as id
  ),
  forgotten as (${forgetFailures(value, sql`(select ${value.subject}::text as subject from proved)`)}),
  ${letIn(value, { owner: sql`proved`, method: 'password' })},
  person as (${userById(sql`(select id from proved)`)})
  ${loggedIn}`,
)

/** Records a log-in that was refused although the password was right. */
export const recordRefusedLogIn = statement<EventValues & { userId: string; reason: string }, never>(
  'recordRefusedLogIn',
  (value) =>
    recordEvent(value, {
      type: 'login.failed',
      from: sql`(select 1) attempt`,
      userId: sql`${value.userId}::uuid`,
      data: { reason: sql`${value.reason}::text` },
    }),
)

/**
 * Records a wrong password and counts it, for the subject and, unless that is a device, for the network.
 * Whoever locks an account by it has its owner told. `userId` is null when there is no such account.
 */
export const countFailedLogIn = statement<
  EventValues & LockoutValues & { userId: string | null; subject: string; lockedEventId: string; lockoutJobId: string },
  { failures: number }
>('countFailedLogIn', (value) => {
  const owner = sql`(select ${value.userId}::uuid as id where ${value.userId}::uuid is not null)`
  return sql`
  with counted as (${countFailure(value, {
    from: sql`(select ${value.subject}::text as subject)`,
    most: value.lockoutFailures,
  })}),
  network as (${countNetwork(value, sql`1`)}),
  event as (${recordEvent(value, {
    type: 'login.failed',
    from: sql`(select 1) attempt`,
    userId: sql`${value.userId}::uuid`,
    data: { reason: sql`'credentials'` },
  })}),
  locked as (${recordLock(value, owner)}),
  mail as (${mailLock(value, owner)})
  select failures from counted`
})
