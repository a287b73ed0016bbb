import { type SQL, sql } from 'drizzle-orm'
import { isWelcome } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import type { ChallengeValues } from './challenge-values'
import type { LockoutValues } from './lockout-values'

type Opening = Placeholders<ChallengeValues & LockoutValues & { amr: string }> & { now: SQL }

/**
 * Lets the people in `owner (id, kind, knows_device)`, who have shown one factor, show the second. Failures will count
 * against the device, if it showed the second before, or else against the account: apart from those at the first factor,
 * so that a right password forgives nothing here.
 */
export const openChallenge = (value: Opening, owner: SQL, identityId = sql`null::uuid`): SQL => sql`
  insert into log_in_challenge (id, user_id, kind, amr, identity_id, transport, subject, created_at, expires_at)
  select ${value.challengeId}::uuid, owner.id, owner.kind, ${value.amr}::text::jsonb, ${identityId}, ${value.transport}::text,
    'second-factor:' || case
      when owner.knows_device then ${value.deviceSubject}::text
      else 'account:' || owner.id end,
    ${value.now}::timestamptz, ${value.challengeExpiresAt}::timestamptz
  from ${owner} owner
  returning *`

/** A challenge of its owner that is not over. */
export const liveChallenge = (value: { challengeId: SQL; userId: SQL; now: SQL }): SQL => sql`
  select * from log_in_challenge waiting
  where waiting.id = ${value.challengeId}::uuid and waiting.user_id = ${value.userId}::uuid
    and waiting.expires_at > ${value.now}::timestamptz and ${isWelcome(sql`waiting.user_id`)}`

/** Uses up the challenges in `answered (id)`: each once. */
export const endChallenge = (answered: SQL): SQL => sql`
  delete from log_in_challenge using ${answered} answered where log_in_challenge.id = answered.id
  returning log_in_challenge.id, log_in_challenge.user_id, log_in_challenge.identity_id`

/** Until when the device that asks is trusted by a person; null if it is not, or by today's settings no more. */
export const trustedUntil = (value: { deviceId: SQL; trustSeconds: SQL; now: SQL }, userId: SQL): SQL => sql`(
  select trusted.expires_at from trusted_device trusted
  where trusted.id = ${value.deviceId}::uuid and trusted.user_id = ${userId}
    and least(trusted.expires_at, trusted.created_at + make_interval(secs => ${value.trustSeconds}::integer))
      > ${value.now}::timestamptz)`

/** Notes that the device that asks was let in without a second factor, if the people in `owner (id)` were. */
export const useTrust = (value: { deviceId: SQL; now: SQL }, owner: SQL): SQL => sql`
  update trusted_device set last_used_at = ${value.now}::timestamptz from ${owner} owner
  where trusted_device.id = ${value.deviceId}::uuid and trusted_device.user_id = owner.id
  returning trusted_device.id`

/** Trusts the device of the people in `owner (id)` until `until`, if that is not null. */
export const trustDevice = (
  value: { newDeviceId: SQL; trustedUntil: SQL; now: SQL; ipAddress: SQL; userAgent: SQL },
  owner: SQL,
): SQL => sql`
  insert into trusted_device (id, user_id, ip_address, user_agent, created_at, last_used_at, expires_at)
  select ${value.newDeviceId}::uuid, owner.id, ${value.ipAddress}::text, ${value.userAgent}::text,
    ${value.now}::timestamptz, ${value.now}::timestamptz, ${value.trustedUntil}::timestamptz
  from ${owner} owner where ${value.trustedUntil}::timestamptz is not null
  returning id`

/** Forgets the log-ins of the people in `owner (id)` that wait for a second factor. */
export const forgetChallenges = (owner: SQL): SQL => sql`
  delete from log_in_challenge using ${owner} owner where log_in_challenge.user_id = owner.id
  returning log_in_challenge.id`

/** Trusts no device of the people in `owner (id)` any more. */
export const forgetTrust = (owner: SQL): SQL => sql`
  delete from trusted_device using ${owner} owner where trusted_device.user_id = owner.id returning trusted_device.id`
