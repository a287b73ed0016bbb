import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import type { Cause } from '../jobs/fragments'
import { userColumns } from '../profiles/fragments'
import { isAlive } from '../sessions/fragments'
import { accountSubject } from '../sessions/lockout-fragments'

/** The columns of a `StandingRow`, from a relation that has those of a person. */
export const standingColumns = (relation: string, now: SQL): SQL => sql`
  ${sql.raw(
    ['banned_at as "bannedAt"', 'banned_until as "bannedUntil"', 'closed_at as "closedAt"']
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )}, (
    select coalesce(jsonb_agg(held.role order by held.role), '[]'::jsonb) from role_assignment held
    where held.user_id = ${sql.raw(relation)}.id and (held.expires_at is null or held.expires_at > ${now}::timestamptz)
  ) as roles`

/** The columns of an `AccountItemRow`. */
export const itemColumns = (relation: string, now: SQL): SQL => sql`
  ${sql.raw(
    ['id', 'email', 'email_verified_at as "emailVerifiedAt"', 'name', 'created_at as "createdAt"']
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )}, ${standingColumns(relation, now)}`

/** The columns of an `AccountRow`, from the table under this name. */
export const accountColumns = (relation: string, now: SQL): SQL => {
  const person = sql.raw(relation)
  return sql`
  ${userColumns(relation)}, ${standingColumns(relation, now)}, ${person}.xmin::text as version,
  ${person}.ban_reason as "banReason", (
    select max(lockout.locked_until) from lockout
    where lockout.subject in (${accountSubject(sql`${person}.email`)}, 'second-factor:account:' || ${person}.id)
      and lockout.locked_until > ${now}::timestamptz
  ) as "lockedUntil", (
    select event.occurred_at from audit_event event
    where event.user_id = ${person}.id and event.type = 'login.succeeded' and event.type <> 'session.refreshed'
    order by event.id desc limit 1
  ) as "lastSignInAt",
  exists (select 1 from password where password.user_id = ${person}.id) as "hasPassword", (
    select count(*) from totp_authenticator totp where totp.user_id = ${person}.id and totp.confirmed_at is not null
  )::integer + (select count(*) from passkey where passkey.user_id = ${person}.id)::integer as authenticators, (
    select count(*) from session where session.user_id = ${person}.id and ${isAlive(now)}
  )::integer as sessions`
}

/** The cause of a job whose mail somebody else gets: where staff sit, and with what, is not theirs to know. */
export const unseenCause = (value: Pick<Placeholders<EventValues>, 'now' | 'requestId' | 'traceparent'>): Cause => ({
  now: value.now,
  requestId: value.requestId,
  ipAddress: sql`null`,
  userAgent: sql`null`,
  place: sql`null`,
  traceparent: value.traceparent,
})
