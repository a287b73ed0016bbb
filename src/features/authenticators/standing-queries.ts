import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { mustHaveSecondFactor } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import { userById } from '../profiles/fragments'
import { sessionById } from '../sessions/fragments'
import { dueAt, hasSecondFactor, methodsOf } from './fragments'
import type { Method } from './log-in-contract'

type Caller = { userId: string; sessionId: string }

/** How the caller's session and account stand. */
export interface Standing {
  email: string
  emailVerifiedAt: Date | null
  acr: string
  authenticatedAt: Date
  hasSecondFactor: boolean
  isRequired: boolean
}

/** How the caller stands. No row: their session is over. */
export const findStanding = statement<Caller & SecondFactorPolicy & { now: Date }, Standing>(
  'findStanding',
  (value) => sql`
  with caller as (${liveCaller(value)}), person as (${userById(sql`(select user_id from caller)`)}),
  own as (${sessionById(value.sessionId)})
  select person.email, person.email_verified_at as "emailVerifiedAt", own.acr, own.authenticated_at as "authenticatedAt",
    ${hasSecondFactor(sql`person.id`)} as "hasSecondFactor",
    ${mustHaveSecondFactor(value, sql`person.id`)} as "isRequired"
  from person, own`,
)

export interface MfaStateRow {
  methods: Method[]
  totp: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[]
  recoveryCodesLeft: number | null
  isRequired: boolean
  dueAt: Date
}

/** The caller's second factors. No row: their session is over. */
export const findMfaState = statement<Caller & SecondFactorPolicy & { now: Date; graceSeconds: number }, MfaStateRow>(
  'findMfaState',
  (value) => sql`
  with caller as (${liveCaller(value)}), person as (${userById(sql`(select user_id from caller)`)})
  select ${methodsOf(sql`person.id`)} as methods, person.recovery_codes_left as "recoveryCodesLeft",
    ${mustHaveSecondFactor(value, sql`person.id`)} as "isRequired", ${dueAt(value, sql`person.id`)} as "dueAt",
    (
      select coalesce(jsonb_agg(jsonb_build_object('id', totp.id, 'name', totp.name, 'createdAt', totp.created_at,
        'lastUsedAt', totp.last_used_at) order by totp.id), '[]'::jsonb)
      from totp_authenticator totp where totp.user_id = person.id and totp.confirmed_at is not null
    ) as totp
  from person`,
)
