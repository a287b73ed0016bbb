import { type SQL, sql } from 'drizzle-orm'

/**
 * Who calls: one row if the session is theirs and alive, none otherwise. Each statement on behalf of a signed-in
 * person begins with it, so that a log-out or a revocation counts at once, for an index probe and no round trip.
 */
export const liveCaller = (value: { userId: SQL; sessionId: SQL; now: SQL }): SQL => sql`
  select user_id from session
  where id = ${value.sessionId}::uuid and user_id = ${value.userId}::uuid
    and revoked_at is null and expires_at > ${value.now}::timestamptz`
