import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { shutDoors } from '../data-rights/closing-fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf, forgetRecoveryCodes } from '../profiles/fragments'
import { unseenCause } from './account-fragments'

/**
 * Takes every second factor from somebody: apps, passkeys, recovery codes, devices that are trusted; ends their sessions and
 * tells them. One row: how many apps and passkeys there were.
 */
export const resetFactors = statement<
  EventValues & { targetId: string; endedEventId: string; jobId: string },
  { count: number }
>('resetFactors', (value) => {
  const targetId = sql`${value.targetId}::uuid`
  return sql`
  with target as (select ${targetId} as id),
  apps as (
    delete from totp_authenticator where user_id = ${targetId} returning confirmed_at is not null as counts
  ),
  keys as (delete from passkey where user_id = ${targetId} returning true as counts),
  codes as (delete from recovery_code where user_id = ${targetId} returning 1),
  person as (${forgetRecoveryCodes(sql`target`)}),
  ${shutDoors(value, sql`target`, 'staff')},
  counted as (
    select count(*)::integer as count from (select counts from apps union all select counts from keys) removed where counts
  ),
  event as (${recordEvent(value, {
    type: 'authenticators.reset',
    from: sql`counted`,
    userId: targetId,
    data: { count: sql`counted.count` },
  })}),
  notice as (${enqueueNotice(unseenCause(value), {
    notice: 'factors-reset',
    id: value.jobId,
    from: sql`target`,
    userId: targetId,
    recipient: addressOf(targetId),
  })})
  select count from counted`
})
