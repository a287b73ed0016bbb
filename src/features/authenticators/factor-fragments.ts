import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf, spendRecoveryCode, userById } from '../profiles/fragments'
import { countFailure } from '../sessions/lockout-fragments'
import type { FactorValues } from './factor-values'
import type { Method } from './log-in-contract'

type Showing = Placeholders<EventValues & FactorValues>

/** A code that was accepted before is no guess: it is refused, and not counted. */
const isRight = (value: Showing, method: Method): SQL =>
  method === 'recovery_code'
    ? sql`exists (
        select 1 from recovery_code known where known.user_id = owner.id and known.code_hash = ${value.codeHash}::text
      )`
    : sql`${value.factorId}::uuid is not null`

const useTotp = (value: Showing): SQL => sql`
  update totp_authenticator set last_step = ${value.step}::integer, last_used_at = ${value.now}::timestamptz,
    sealed_secret = coalesce(${value.newSeal}::text, sealed_secret)
  from attempt, counted
  where totp_authenticator.id = ${value.factorId}::uuid and totp_authenticator.user_id = attempt.id
    and totp_authenticator.confirmed_at is not null
    and coalesce(totp_authenticator.last_step, -1) < ${value.step}::integer
    and counted.failures < ${value.lockoutFailures}::integer
  returning totp_authenticator.user_id as id`

const useRecoveryCode = (value: Showing): SQL => sql`
  update recovery_code set used_at = ${value.now}::timestamptz from attempt, counted
  where recovery_code.user_id = attempt.id and recovery_code.code_hash = ${value.codeHash}::text
    and recovery_code.used_at is null and counted.failures < ${value.lockoutFailures}::integer
  returning recovery_code.user_id as id`

/** Level 3, section 7.2, step 22: a counter that does not grow is a copy's, unless the authenticator never counts. */
const usePasskey = (value: Showing): SQL => sql`
  update passkey set counter = ${value.counter}::bigint, is_backed_up = ${value.isBackedUp}::boolean,
    last_used_at = ${value.now}::timestamptz
  from attempt
  where passkey.id = ${value.factorId}::uuid and passkey.user_id = attempt.id
    and (passkey.counter < ${value.counter}::bigint or (passkey.counter = 0 and ${value.counter}::bigint = 0))
  returning passkey.user_id as id`

const uses = { totp: useTotp, recovery_code: useRecoveryCode, passkey: usePasskey }

/** A signature can't be guessed, so nothing is counted. */
const countAttempt = (value: Showing, method: Method): SQL =>
  method === 'passkey'
    ? sql`select subject, 0 as failures, null::timestamptz as locked_until from attempt`
    : countFailure(value, {
        from: sql`(select subject from attempt)`,
        most: value.lockoutFailures,
        weight: sql`(select weight from attempt)`,
      })

/** A used recovery code is taken off the count, and its owner told. */
const afterUse = (value: Showing, method: Method): SQL =>
  method === 'recovery_code'
    ? sql`
  spent as (${spendRecoveryCode(sql`used`)}),
  spent_notice as (${enqueueNotice(value, {
    notice: 'recovery-code-used',
    id: value.factorJobId,
    from: sql`spent`,
    userId: sql`spent.id`,
    recipient: sql`spent.email`,
    detail: sql`spent.recovery_codes_left::text`,
  })}),
  person as (select * from spent)`
    : sql`person as (${userById(sql`(select id from used)`)})`

/**
 * The parts of a statement in which the person of the part `holding (id, subject)` shows a second factor: `used (id)` has a
 * row if it was right. A code counts as failed before it is looked at, and the count is taken back if it was right, so
 * that of any number of parallel tries no more are looked at than may fail. The failure that locks is mailed.
 */
export const showFactor = (value: Showing, method: Method): SQL => sql`
  attempt as (
    select owner.id, owner.subject, case when ${isRight(value, method)} then 0 else 1 end as weight from holding owner
  ),
  counted as (${countAttempt(value, method)}),
  used as (${uses[method](value)}),
  ${afterUse(value, method)},
  used_event as (${recordEvent(value, {
    type: 'second_factor.succeeded',
    id: value.factorEventId,
    from: sql`used`,
    userId: sql`used.id`,
    data: { method: sql.raw(`'${method}'`) },
  })}),
  failed_event as (${recordEvent(value, {
    type: 'second_factor.failed',
    id: value.failedEventId,
    from: sql`attempt where not exists (select 1 from used)`,
    userId: sql`attempt.id`,
    data: { method: sql.raw(`'${method}'`) },
  })}),
  locked_now as (
    select attempt.id from attempt, counted
    where attempt.weight = 1 and counted.failures = ${value.lockoutFailures}::integer
  ),
  locked_event as (${recordEvent(value, {
    type: 'second_factor.locked',
    id: value.lockedEventId,
    from: sql`locked_now`,
    userId: sql`locked_now.id`,
    data: { failures: sql`${value.lockoutFailures}::integer` },
  })}),
  locked_notice as (${enqueueNotice(value, {
    notice: 'second-factor-locked',
    id: value.lockoutJobId,
    from: sql`locked_now`,
    userId: sql`locked_now.id`,
    recipient: addressOf(sql`locked_now.id`),
  })}),
  forgotten as (
    select forget_failures(counted.subject) from counted where counted.failures = 0 or exists (select 1 from used)
  )`
