import { sql } from 'drizzle-orm'
import { isOpen, liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { userById } from '../profiles/fragments'
import { liveChallenge } from '../sessions/challenge-fragments'

type Caller = { userId: string; sessionId: string }
type NewChallenge = { challengeHash: string; challengeExpiresAt: Date; now: Date }

/** A passkey as a browser is told of it. */
export interface KnownCredential {
  credentialId: string
  transports: string[]
}

const credentialsOf = (userId: ReturnType<typeof sql>) => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('credentialId', passkey.credential_id, 'transports', passkey.transports)), '[]'::jsonb)
  from passkey where passkey.user_id = ${userId}
)`

/** Issues the challenge of a log-in that nobody has begun: which account it is of, the passkey says. */
export const issueLogInChallenge = statement<NewChallenge, never>(
  'issueLogInChallenge',
  (value) => sql`
  insert into passkey_challenge (challenge_hash, purpose, created_at, expires_at)
  values (${value.challengeHash}::text, 'log-in', ${value.now}::timestamptz, ${value.challengeExpiresAt}::timestamptz)`,
)

/** Issues one for a log-in that waits for its second factor. No row: that is over. */
export const issueSecondFactorChallenge = statement<
  NewChallenge & { challengeId: string; userId: string },
  { credentials: KnownCredential[] }
>(
  'issueSecondFactorChallenge',
  (value) => sql`
  with waiting as (${liveChallenge(value)}),
  issued as (
    insert into passkey_challenge (challenge_hash, purpose, user_id, bound_to, created_at, expires_at)
    select ${value.challengeHash}::text, 'second-factor', waiting.user_id, waiting.id, ${value.now}::timestamptz,
      ${value.challengeExpiresAt}::timestamptz
    from waiting where waiting.kind = 'second-factor'
    returning user_id
  )
  select ${credentialsOf(sql`issued.user_id`)} as credentials from issued`,
)

const issueForCaller = (purpose: 'register' | 'step-up') =>
  statement<NewChallenge & Caller, { credentials: KnownCredential[] }>(
    `issueForCaller:${purpose}`,
    (value) => sql`
  with caller as (${liveCaller(value)}),
  issued as (
    insert into passkey_challenge (challenge_hash, purpose, user_id, bound_to, created_at, expires_at)
    select ${value.challengeHash}::text, ${sql.raw(`'${purpose}'`)}, caller.user_id, ${value.sessionId}::uuid,
      ${value.now}::timestamptz, ${value.challengeExpiresAt}::timestamptz
    from caller
    returning user_id
  )
  select ${credentialsOf(sql`issued.user_id`)} as credentials from issued`,
  )

/** Issues one for the caller's session. No row: that is over. */
export const issueStepUpChallenge = issueForCaller('step-up')
export const issueRegisterChallenge = issueForCaller('register')

export interface PresentedPasskey {
  id: string
  userId: string
  publicKey: string
  isBackupEligible: boolean
  email: string
  emailVerifiedAt: Date | null
}

/**
 * Uses up a challenge, once, whatever comes of it: only for its purpose, its account and the session or log-in that it was
 * issued to. Gives the passkey that signed it, if that is one of the account's. No row: either is not there.
 */
export const takePasskey = statement<
  {
    challengeHash: string
    purpose: 'log-in' | 'second-factor' | 'step-up'
    userId: string | null
    boundTo: string | null
    credentialId: string
    now: Date
  },
  PresentedPasskey
>(
  'takePasskey',
  (value) => sql`
  with taken as (
    delete from passkey_challenge
    where challenge_hash = ${value.challengeHash}::text and purpose = ${value.purpose}::text
      and user_id is not distinct from ${value.userId}::uuid and bound_to is not distinct from ${value.boundTo}::uuid
      and expires_at > ${value.now}::timestamptz
    returning challenge_hash
  )
  select passkey.id, passkey.user_id as "userId", passkey.public_key as "publicKey",
    passkey.is_backup_eligible as "isBackupEligible", person.email, person.email_verified_at as "emailVerifiedAt"
  from taken, passkey, lateral (${userById(sql`passkey.user_id`)}) person
  where ${isOpen('person')} and passkey.credential_id = ${value.credentialId}::text
    and (${value.userId}::uuid is null or passkey.user_id = ${value.userId}::uuid)`,
)

/** Uses up the challenge of a registration. No row: it is used, over, or of another session. */
export const takeRegisterChallenge = statement<
  Caller & { challengeHash: string; now: Date },
  { challengeHash: string }
>(
  'takeRegisterChallenge',
  (value) => sql`
  delete from passkey_challenge
  where challenge_hash = ${value.challengeHash}::text and purpose = 'register' and user_id = ${value.userId}::uuid
    and bound_to = ${value.sessionId}::uuid and expires_at > ${value.now}::timestamptz
  returning challenge_hash as "challengeHash"`,
)

/** Records that a passkey counted backwards, if that is why it was refused. */
export const recordRegress = statement<EventValues & { userId: string; passkeyId: string; counter: number }, never>(
  'recordRegress',
  (value) =>
    recordEvent(value, {
      type: 'passkey.counter_regressed',
      from: sql`(
      select 1 from passkey
      where passkey.id = ${value.passkeyId}::uuid and passkey.user_id = ${value.userId}::uuid and passkey.counter > 0
        and passkey.counter >= ${value.counter}::bigint
    ) regressed`,
      userId: sql`${value.userId}::uuid`,
      data: { passkeyId: sql`${value.passkeyId}::text` },
    }),
)
