import { type SQL, sql } from 'drizzle-orm'

/**
 * Whether the doors are open to a person of `relation`, which has the columns of a person: nobody banned them, and they
 * did not close their account. It stands wherever a person is let in, seen or written to.
 */
export const isOpen = (relation: string): SQL =>
  sql.raw(`(${relation}.banned_at is null and ${relation}.closed_at is null)`)

/** Whether the doors are open to a person. */
export const isWelcome = (userId: SQL): SQL => sql`
  exists (select 1 from "user" welcome where welcome.id = ${userId} and ${isOpen('welcome')})`

/**
 * Whether a session of `relation` is its owner's own or, if somebody of the staff acts in it, these may go on: their own session
 * lives, and a role of theirs allows it still.
 */
export const isOwnOrStands = (relation: string, now: SQL): SQL => {
  const impersonator = sql.raw(`${relation}.impersonator_id`)
  const session = sql.raw(`${relation}.impersonator_session_id`)
  return sql`(${impersonator} is null or impersonation_stands(${impersonator}, ${session}, ${now}::timestamptz))`
}

/**
 * Who calls: one row if the session is theirs and alive, and the doors are open to them; none otherwise. Each statement on behalf
 * of a signed-in person begins with it, so that a log-out, a revocation, a ban or a closing counts at once, for index probes and no
 * round trip.
 */
export const liveCaller = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`
  select live.user_id from session live
  where live.id = ${value.sessionId}::uuid and live.user_id = ${value.userId}::uuid
    and live.revoked_at is null and live.expires_at > ${value.now}::timestamptz and ${isWelcome(sql`live.user_id`)}
    and ${isOwnOrStands('live', value.now)}`
