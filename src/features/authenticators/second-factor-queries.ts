import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { type Placeholders, statement } from '#db/statement'
import { mustByRole } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from '../profiles/contract'
import { lockUser, userById, userColumns } from '../profiles/fragments'
import { endChallenge, liveChallenge, trustDevice } from '../sessions/challenge-fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { noticeOfNewDevice, openSession, raiseSession } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'
import type { Raising } from '../sessions/raise-values'
import { showFactor } from './factor-fragments'
import type { FactorValues } from './factor-values'
import { hasSecondFactor, totpSecretsOf } from './fragments'
import type { Method } from './log-in-contract'

/** An authenticator app that a code may be of. */
export interface TotpSecretRow {
  id: string
  sealedSecret: string
}

export interface Challenged {
  kind: 'second-factor' | 'enrolment'
  transport: 'bearer' | 'cookie'
  amr: string[]
  email: string
  emailVerifiedAt: Date | null
  /** Those whose code it waits for: of a person who has none, the one that is being set up. */
  totp: TotpSecretRow[]
}

type WaitingLogIn = { challengeId: string; userId: string; now: Date }

/** The log-in that waits for its second factor. No row: it is over. */
export const findChallenged = statement<WaitingLogIn, Challenged>(
  'findChallenged',
  (value) => sql`
  with waiting as (
    select live.* from (${liveChallenge(value)}) live where live.kind = 'second-factor' or not ${hasSecondFactor(sql`live.user_id`)}
  ),
  person as (${userById(sql`(select user_id from waiting)`)})
  select waiting.kind, waiting.transport, waiting.amr, person.email, person.email_verified_at as "emailVerifiedAt",
    ${totpSecretsOf(sql`waiting.user_id`, sql`(waiting.kind = 'second-factor')`)} as totp
  from waiting, person`,
)

/** How often in a row it failed, this time included unless it was right, and until when no code is looked at. */
export interface Attempts {
  failures: number
  lockedUntil: Date | null
}

export type FinishedRow = Attempts & ((UserRow & SessionState) | { sessionId: null })

/** What a log-in that is finished does, and needs, beside showing a factor. */
export type FinishValues = EventValues &
  SessionValues &
  SecondFactorPolicy & {
    challengeId: string
    userId: string
    jobId: string
    newDeviceId: string
    trustedUntil: Date | null
    openedEventId: string
  }

/**
 * Opens the session of the log-in whose challenge is in the part `ended (id, user_id, identity_id)`; a device is trusted only if no role
 * forbids it.
 */
export const openAwaited = (value: Placeholders<FinishValues>): SQL => sql`
  opened as (${openSession(
    value,
    sql`(select user_id as id, identity_id from ended)`,
    sql`null::timestamptz`,
    sql`owner.identity_id`,
  )}),
  trusted as (${trustDevice(
    value,
    sql`(select user_id as id from ended where not ${mustByRole(value, sql`ended.user_id`)})`,
  )}),
  opened_event as (${recordEvent(value, {
    type: 'login.succeeded',
    id: value.openedEventId,
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql`'second_factor'` },
  })}),
  notice as (${noticeOfNewDevice(value)})`

const finishBy = (method: Method) =>
  statement<FinishValues & FactorValues, FinishedRow>(
    `finishBy:${method}`,
    (value) => sql`
  with owner as (${lockUser(sql`${value.userId}::uuid`)}),
  holding as (
    select waiting.user_id as id, waiting.id as challenge_id, waiting.subject
    from (
      ${liveChallenge(value)} and waiting.kind = 'second-factor' and waiting.user_id = (select id from owner) for update
    ) waiting
  ),
  ${showFactor(value, method)},
  ended as (${endChallenge(sql`(select holding.challenge_id as id from holding, used)`)}),
  ${openAwaited(value)}
  select counted.failures + 1 - attempt.weight as failures, counted.locked_until as "lockedUntil",
    (select count(*) from forgotten) as forgotten, ${sessionStateColumns('opened')}, ${userColumns('person')}
  from attempt join counted on true left join opened on true left join person on true`,
  )

/**
 * Finishes a log-in by a second factor, once. One row: with a session, if the factor was right. No row: the challenge is
 * over.
 */
export const finishByMethod = {
  totp: finishBy('totp'),
  recovery_code: finishBy('recovery_code'),
  passkey: finishBy('passkey'),
}

type Caller = { userId: string; sessionId: string }

export type RaiseValues = EventValues & Caller & Raising

/** The caller's apps whose code they may show. No row: their session is over. */
export const findOwnTotp = statement<Caller & { now: Date }, { totp: TotpSecretRow[] }>(
  'findOwnTotp',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${totpSecretsOf(sql`caller.user_id`, sql`true`)} as totp from caller`,
)

const raiseBy = (method: Method) =>
  statement<RaiseValues & FactorValues, FinishedRow>(
    `raiseBy:${method}`,
    (value) => sql`
  with caller as (${lockUser(sql`(${liveCaller(value)})`)}),
  holding as (select caller.id, 'second-factor:account:' || caller.id as subject from caller),
  ${showFactor(value, method)},
  raised as (${raiseSession(value, sql`used`)}),
  event as (${recordEvent(value, {
    type: 'session.raised',
    from: sql`raised`,
    userId: sql`raised.user_id`,
    sessionId: sql`raised.id`,
    data: { method: sql.raw(`'${method}'`) },
  })})
  select counted.failures + 1 - attempt.weight as failures, counted.locked_until as "lockedUntil",
    (select count(*) from forgotten) as forgotten, ${sessionStateColumns('raised')}, ${userColumns('person')}
  from attempt join counted on true left join raised on true left join person on true`,
  )

/** Raises the caller's session by a second factor. One row: with the session, if it was right. No row: it is over. */
export const raiseByMethod = {
  totp: raiseBy('totp'),
  recovery_code: raiseBy('recovery_code'),
  passkey: raiseBy('passkey'),
}
