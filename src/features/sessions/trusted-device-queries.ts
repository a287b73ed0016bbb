import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

type Caller = { userId: string; sessionId: string }

export interface TrustedDeviceRow {
  id: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
  ipAddress: string | null
  userAgent: string | null
}

/** Devices that the caller trusts, newest first. No row: their session is over. One row of nulls: an empty page. */
export const listOwnTrustedDevices = statement<
  Caller & { now: Date; limit: number; before: string | null },
  TrustedDeviceRow | { id: null }
>(
  'listOwnTrustedDevices',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select listed.id, listed.created_at as "createdAt", listed.last_used_at as "lastUsedAt",
    listed.expires_at as "expiresAt", listed.ip_address as "ipAddress", listed.user_agent as "userAgent"
  from caller left join lateral (
    select * from trusted_device
    where trusted_device.user_id = caller.user_id and trusted_device.expires_at > ${value.now}::timestamptz
      and (${value.before}::uuid is null or trusted_device.id < ${value.before}::uuid)
    order by trusted_device.id desc
    limit ${value.limit}::integer
  ) listed on true
  order by listed.id desc`,
)

/**
 * Trusts a device of the caller no more, or none of them if `id` is null: its next log-in shows the second factor.
 * No row: the caller's session is over.
 */
export const revokeOwnTrustedDevices = statement<EventValues & Caller & { id: string | null }, { revoked: string }>(
  'revokeOwnTrustedDevices',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  revoked as (
    delete from trusted_device using caller
    where trusted_device.user_id = caller.user_id
      and (trusted_device.id = ${value.id}::uuid or ${value.id}::uuid is null)
      and trusted_device.expires_at > ${value.now}::timestamptz
    returning trusted_device.user_id
  ),
  event as (${recordEvent(value, {
    type: 'trusted_device.revoked',
    from: sql`(select user_id, count(*) as count from revoked group by user_id) gone`,
    userId: sql`gone.user_id`,
    sessionId: value.sessionId,
    data: { count: sql`gone.count` },
  })})
  select (select count(*) from revoked) as revoked from caller`,
)

/** Deletes up to `limit` log-ins that never showed their second factor, and devices that are trusted no more. */
export const deleteChallengesBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteChallengesBefore',
  (value) => sql`
  with waited as (
    delete from log_in_challenge where id = any(array(
      select id from log_in_challenge where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning id
  ),
  trusted as (
    delete from trusted_device where id = any(array(
      select id from trusted_device where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning id
  )
  select id from waited union all select id from trusted`,
)
