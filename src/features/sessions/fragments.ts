import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import type { SessionValues } from './new-session'

/** The columns of a `SessionState`, from a relation that has the table's columns. */
export const sessionStateColumns = (relation: string): SQL =>
  sql.raw(
    [
      'id as "sessionId"',
      'user_id as "userId"',
      'counter',
      'rotated_at as "rotatedAt"',
      'authenticated_at as "authenticatedAt"',
      'expires_at as "expiresAt"',
      'amr',
      'acr',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** Opens a session for the person in `owner (id)`: one that authenticated right now. */
export const openSession = (
  value: Placeholders<SessionValues> & { now: SQL; ipAddress: SQL; userAgent: SQL },
  owner: SQL,
): SQL => sql`
  insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at,
    expires_at, absolute_expires_at, ip_address, user_agent, device)
  select ${value.sessionId}::uuid, owner.id, ${value.now}::timestamptz, ${value.amr}::text::jsonb, ${value.acr}::text,
    ${value.now}::timestamptz, ${value.now}::timestamptz, ${value.now}::timestamptz,
    ${value.sessionExpiresAt}::timestamptz, ${value.sessionAbsoluteExpiresAt}::timestamptz,
    ${value.ipAddress}::text, ${value.userAgent}::text, ${value.device}::text
  from ${owner} owner
  returning *`

/**
 * Ends the live sessions of the person in `owner (id)`, all but one if `keep` is not null; returns their ids. It happens
 * after `owner` is there, and sees the sessions of that moment: also one that opened while `owner` waited for its lock.
 * Nothing is ended unless the statement reads the result.
 */
export const endSessions = (
  value: { now: SQL },
  { owner, keep, because }: { owner: SQL; keep: SQL; because: SQL },
): SQL => sql`
  select ended.id, ended.user_id
  from ${owner} owner, lateral end_sessions(owner.id, ${keep}::uuid, ${value.now}::timestamptz, ${because}) ended`

/**
 * The sessions in `opened (user_id, device)` whose owner had sessions before, and none of them from this device. The
 * first log-in of all is no news to anyone.
 */
export const fromNewDevice = (opened: SQL): SQL => sql`
  select opened.user_id from ${opened} opened
  where exists (select 1 from session before where before.user_id = opened.user_id and before.device is not null)
    and not exists (
      select 1 from session before where before.user_id = opened.user_id and before.device = opened.device
    )`

/** Whether a session is its owner's and alive. */
export const isLive = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`exists (${liveCaller(value)})`
