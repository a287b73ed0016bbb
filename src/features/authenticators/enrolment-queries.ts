import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { enqueueNotice } from '../notifications/fragments'
import type { UserRow } from '../profiles/contract'
import { addressOf, lockUser, replaceRecoveryCodes, userById, userColumns } from '../profiles/fragments'
import { endChallenge, liveChallenge } from '../sessions/challenge-fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { raiseSession } from '../sessions/fragments'
import type { Raising } from '../sessions/raise-values'
import { firstCodes, type NewCodes } from './binding-fragments'
import { hasSecondFactor, privilegedCaller, totpSecretsOf } from './fragments'
import { type FinishValues, openAwaited, type TotpSecretRow } from './second-factor-queries'

type Caller = { userId: string; sessionId: string }
/** `freshAfter`: the caller must have shown who they are since. */
type Privileged = Caller & { freshAfter: Date }
type NewTotp = { totpId: string; name: string; sealedSecret: string }

/** How many apps an account may have. */
const mostApps = 10

/** Sets up an app for the people in `owner (id)`, in place of another one that was not confirmed. */
const insertTotp = (value: Placeholders<NewTotp> & { now: SQL }, owner: SQL): SQL => sql`
  replaced as (
    delete from totp_authenticator using ${owner} owner
    where totp_authenticator.user_id = owner.id and totp_authenticator.confirmed_at is null
    returning totp_authenticator.id
  ),
  begun as (
    insert into totp_authenticator (id, user_id, name, sealed_secret, created_at)
    select ${value.totpId}::uuid, owner.id, ${value.name}::text, ${value.sealedSecret}::text, ${value.now}::timestamptz
    from ${owner} owner, (select count(*) from replaced) first
    where (
      select count(*) from totp_authenticator known where known.user_id = owner.id and known.confirmed_at is not null
    ) < ${sql.raw(String(mostApps))}
    returning id
  )`

/** Begins to set up an app for the caller. No row: their session is over, or too old or too weak; `id` null: no room. */
export const insertOwnTotp = statement<EventValues & Privileged & NewTotp, { id: string | null }>(
  'insertOwnTotp',
  (value) => sql`
  with caller as (select user_id as id from (${privilegedCaller(value)}) privileged),
  ${insertTotp(value, sql`caller`)}
  select begun.id from caller left join begun on true`,
)

/** The same for a log-in that waits for it. No row: that is over, or waits for no enrolment. */
export const insertAwaitedTotp = statement<
  EventValues & NewTotp & { challengeId: string; userId: string },
  { id: string | null }
>(
  'insertAwaitedTotp',
  (value) => sql`
  with waiting as (
    select user_id as id from (${liveChallenge(value)}) live
    where live.kind = 'enrolment' and not ${hasSecondFactor(sql`live.user_id`)}
  ),
  ${insertTotp(value, sql`waiting`)}
  select begun.id from waiting left join begun on true`,
)

/** The caller's app that is being set up, if there is one. No row: their session is over, or too old or too weak. */
export const findBegunTotp = statement<Privileged & { now: Date }, { totp: TotpSecretRow[] }>(
  'findBegunTotp',
  (value) => sql`
  with caller as (${privilegedCaller(value)})
  select ${totpSecretsOf(sql`caller.user_id`, sql`false`)} as totp from caller`,
)

type Confirming = EventValues & { factorId: string; step: number; boundEventId: string; noticeJobId: string }

/** Makes an app of the people in `owner (id)` count, once; the code that showed it works no more. */
const confirm = (value: Placeholders<Confirming>, owner: SQL): SQL => sql`
  confirmed as (
    update totp_authenticator set confirmed_at = ${value.now}::timestamptz, last_used_at = ${value.now}::timestamptz,
      last_step = ${value.step}::integer
    from ${owner} owner
    where totp_authenticator.id = ${value.factorId}::uuid and totp_authenticator.user_id = owner.id
      and totp_authenticator.confirmed_at is null and count_apps(owner.id) < ${sql.raw(String(mostApps))}
    returning totp_authenticator.user_id as id, totp_authenticator.name
  ),
  bound as (${recordEvent(value, {
    type: 'authenticator.bound',
    id: value.boundEventId,
    from: sql`confirmed`,
    userId: sql`confirmed.id`,
    data: { kind: sql`'totp'` },
  })}),
  bound_notice as (${enqueueNotice(value, {
    notice: 'totp-added',
    id: value.noticeJobId,
    from: sql`confirmed`,
    userId: sql`confirmed.id`,
    recipient: addressOf(sql`confirmed.id`),
    detail: sql`confirmed.name`,
  })})`

/**
 * Confirms an app and opens the session of the log-in that waited for it. No row: it is over, or was confirmed, or its owner
 * has a second factor by now: whoever only knows the password sets up none beside it.
 */
export const finishByEnrolment = statement<FinishValues & Confirming, UserRow & SessionState>(
  'finishByEnrolment',
  (value) => sql`
  with held as (${lockUser(sql`${value.userId}::uuid`)}),
  waiting as (
    select asking.user_id as id, asking.id as challenge_id
    from (
      ${liveChallenge(value)} and waiting.kind = 'enrolment'
        and waiting.user_id = (select held.id from held where lacks_second_factor(held.id)) for update
    ) asking
  ),
  ${confirm(value, sql`waiting`)},
  ended as (${endChallenge(sql`(select waiting.challenge_id as id from waiting, confirmed)`)}),
  ${openAwaited(value)},
  person as (${userById(sql`(select id from confirmed)`)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from opened, person`,
)

/**
 * Confirms the caller's app; their session is raised by that, and recovery codes made if there are none. No row: their
 * session is over or too weak, or it was confirmed before.
 */
export const confirmOwnTotp = statement<Privileged & Confirming & NewCodes & Raising, { isFirst: boolean }>(
  'confirmOwnTotp',
  (value) => sql`
  with caller as (${lockUser(sql`(select user_id from (${privilegedCaller(value)}) privileged)`)}),
  ${confirm(value, sql`caller`)},
  ${firstCodes(value, sql`confirmed`)},
  raised as (${raiseSession(value, sql`confirmed`, { replacesTokens: false })})
  select exists (select 1 from granted) as "isFirst" from confirmed`,
)

/** Replaces the caller's recovery codes. No row: their session is over or too weak, or they have no second factor. */
export const replaceCodes = statement<
  EventValues & Privileged & NewCodes & { noticeJobId: string },
  { hadCodes: boolean }
>(
  'replaceCodes',
  (value) => sql`
  with caller as (
    select user_id as id from (${privilegedCaller(value)}) privileged where has_second_factor(privileged.user_id)
  ),
  before as (select recovery_codes_left is not null as had from (${userById(sql`(select id from caller)`)}) person),
  replaced as (${replaceRecoveryCodes(sql`caller`, value.codeCount)}),
  codes as (
    select replace_recovery_codes(replaced.id, ${value.codeHashes}::text::jsonb, ${value.now}::timestamptz) from replaced
  ),
  event as (${recordEvent(value, {
    type: 'recovery_codes.made',
    from: sql`replaced`,
    userId: sql`replaced.id`,
    sessionId: value.sessionId,
    data: { count: sql`${value.codeCount}::integer` },
  })}),
  notice as (${enqueueNotice(value, {
    notice: 'recovery-codes-replaced',
    id: value.noticeJobId,
    from: sql`replaced, before where before.had`,
    userId: sql`replaced.id`,
    recipient: addressOf(sql`replaced.id`),
  })})
  select before.had as "hadCodes", (select count(*) from codes) as codes from replaced, before`,
)
