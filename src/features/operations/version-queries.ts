import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

/** Since when and until when a version of SECRET was the newest of some instance. */
export interface NotedVersion {
  keyId: string
  firstNewestAt: Date
  lastNewestAt: Date
}

export const listNotedVersions = statement<Record<never, never>, NotedVersion>(
  'listNotedVersions',
  () => sql`
  select key_id as "keyId", first_newest_at as "firstNewestAt", last_newest_at as "lastNewestAt" from secret_version`,
)

/** What was made of a version of SECRET until an instant, and ends by itself: how many of each, and when the last does. */
export interface Dependents {
  sessions: number
  lastSessionEndsAt: Date | null
  devices: number
  erasures: number
  lastErasureIsDueAt: Date | null
}

/** Refresh tokens, devices that are trusted, and links that take an erasure back: what was made by then, and lives now. */
export const countDependents = statement<{ until: Date; now: Date }, Dependents>(
  'countDependents',
  (value) => sql`
  select live.*, trusted.*, waiting.* from (
    select count(*)::integer as sessions, max(expires_at) as "lastSessionEndsAt" from session
    where expires_at > ${value.now}::timestamptz and revoked_at is null and rotated_at <= ${value.until}::timestamptz
  ) live, (
    select count(*)::integer as devices from trusted_device
    where expires_at > ${value.now}::timestamptz and created_at <= ${value.until}::timestamptz
  ) trusted, (
    select count(*)::integer as erasures, max(due_at) as "lastErasureIsDueAt" from erasure
    where cancelled_at is null and begun_at is null and requested_at <= ${value.until}::timestamptz
  ) waiting`,
)
