import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import { addressOf, grantRecoveryCodes } from '../profiles/fragments'

/**
 * Settles the accounts in `removed (user_id)`, one of whose second factors is gone: their sessions are lowered. Nothing
 * happens unless the statement reads the result.
 */
const settleSecondFactors = (removed: SQL): SQL =>
  sql`select settle_second_factors(removed.user_id) from ${removed} removed`

/** `codeHashes` is JSON: a list. */
export type NewCodes = { codeHashes: string; codeCount: number }

/** Gives the first recovery codes to the people in `owner (id)`; who has some keeps them. `granted` says who had none. */
export const firstCodes = (value: Placeholders<NewCodes> & { now: SQL }, owner: SQL): SQL => sql`
  granted as (${grantRecoveryCodes(owner, value.codeCount)}),
  codes as (
    insert into recovery_code (user_id, code_hash, created_at)
    select granted.id, made.hash, ${value.now}::timestamptz
    from granted, jsonb_array_elements_text(${value.codeHashes}::text::jsonb) made(hash)
  )`

/**
 * The parts that follow the part `removed (id, user_id, name, confirmed_at)` of a statement, whose rows were second
 * factors; it must read `settled`. Who had shown it is told that it is gone.
 */
export const removal = (
  value: Placeholders<EventValues & { sessionId: string; noticeJobId: string }>,
  kind: 'totp' | 'passkey',
): SQL => sql`
  settled as (${settleSecondFactors(sql`(select distinct user_id from removed)`)}),
  event as (${recordEvent(value, {
    type: 'authenticator.removed',
    from: sql`(select user_id from removed where confirmed_at is not null limit 1) gone`,
    userId: sql`gone.user_id`,
    sessionId: value.sessionId,
    data: { kind: sql.raw(`'${kind}'`) },
  })}),
  notice as (${enqueueNotice(value, {
    notice: kind === 'totp' ? 'totp-removed' : 'passkey-removed',
    id: value.noticeJobId,
    from: sql`(
      select user_id, string_agg(name, ', ' order by id) as names from removed where confirmed_at is not null group by user_id
    ) gone`,
    userId: sql`gone.user_id`,
    recipient: addressOf(sql`gone.user_id`),
    detail: sql`gone.names`,
  })})`

/**
 * The parts of a statement that remove the passkey `id` of a person: `found (is_one_of_several)` has a row if there is
 * one, `removed` if it may go: neither the last way in, nor the last second factor of somebody who must have one.
 */
export const removePasskey = (
  value: { id: SQL },
  { userId, mustHave, hasOtherWayIn }: { userId: SQL; mustHave: SQL; hasOtherWayIn: SQL },
): SQL => sql`
  found as (
    select passkey.id, exists (
      select 1 from passkey other where other.user_id = ${userId} and other.id <> passkey.id
    ) as is_one_of_several
    from passkey where passkey.id = ${value.id}::uuid and passkey.user_id = ${userId}
  ),
  removed as (
    delete from passkey using found
    where passkey.id = found.id and (found.is_one_of_several or (
      ${hasOtherWayIn} and (not ${mustHave} or exists (
        select 1 from totp_authenticator totp where totp.user_id = ${userId} and totp.confirmed_at is not null
      ))
    ))
    returning passkey.id, passkey.user_id, passkey.name, passkey.created_at as confirmed_at
  )`
