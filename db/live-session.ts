import { type SQL, sql } from 'drizzle-orm'

/** Whether nobody banned a person. */
export const isWelcome = (userId: SQL): SQL => sql`
  exists (select 1 from "user" welcome where welcome.id = ${userId} and welcome.banned_at is null)`

/**
 * Who calls: one row if the session is theirs and alive, and nobody banned them; none otherwise. Each statement on behalf
 * of a signed-in person begins with it, so that a log-out, a revocation or a ban counts at once, for index probes and no
 * round trip.
 */
export const liveCaller = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`
  select live.user_id from session live
  where live.id = ${value.sessionId}::uuid and live.user_id = ${value.userId}::uuid
    and live.revoked_at is null and live.expires_at > ${value.now}::timestamptz and ${isWelcome(sql`live.user_id`)}`
