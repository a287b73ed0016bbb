import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { rememberNonce } from './fragments'

export type Flow = {
  redirectTo: string
  codeChallenge: string
}

/** Keeps a log-in that goes to another provider. */
export const insertFlow = statement<
  Flow & { stateHash: string; bindingHash: string; provider: string; now: Date; expiresAt: Date },
  never
>(
  'insertFlow',
  (value) => sql`
  insert into oauth_flow (state_hash, binding_hash, provider, redirect_to, code_challenge, created_at, expires_at)
  values (${value.stateHash}::text, ${value.bindingHash}::text, ${value.provider}::text, ${value.redirectTo}::text,
    ${value.codeChallenge}::text, ${value.now}::timestamptz, ${value.expiresAt}::timestamptz)`,
)

/** Takes a log-in back, once: from the provider it went to, by the browser that began it. No row: it is none of these. */
export const takeFlow = statement<{ stateHash: string; bindingHash: string; provider: string; now: Date }, Flow>(
  'takeFlow',
  (value) => sql`
  delete from oauth_flow
  where state_hash = ${value.stateHash}::text and binding_hash = ${value.bindingHash}::text
    and provider = ${value.provider}::text and expires_at > ${value.now}::timestamptz
  returning redirect_to as "redirectTo", code_challenge as "codeChallenge"`,
)

/** Uses up the nonce of a log-in that an app began, once. No row: it was used. */
export const useNonce = statement<{ nonceHash: string; now: Date; expiresAt: Date }, { nonceHash: string }>(
  'useNonce',
  (value) => rememberNonce(value),
)

/** Records that what came back from a provider was not accepted. */
export const recordRefusedFlow = statement<EventValues & { provider: string; reason: string }, never>(
  'recordRefusedFlow',
  (value) =>
    recordEvent(value, {
      type: 'federation.refused',
      from: sql`(select 1) attempt`,
      userId: sql`null::uuid`,
      data: { provider: sql`${value.provider}::text`, reason: sql`${value.reason}::text` },
    }),
)

/** Records that a code was shown that is none, was used, or is another program's. */
export const recordRefusedCode = statement<EventValues, never>('recordRefusedCode', (value) =>
  recordEvent(value, {
    type: 'federation.refused',
    from: sql`(select 1) attempt`,
    userId: sql`null::uuid`,
    data: { provider: sql`null::text`, reason: sql`'unknown_code'` },
  }),
)

export type ProvidedValues = {
  codeHash: string
  codeChallenge: string
  provider: string
  issuer: string
  subject: string
  email: string | null
  isEmailProved: boolean
  name: string | null
  picture: string | null
  locale: string | null
  sealedTokens: string | null
  tokensExpireAt: Date | null
  isRefreshable: boolean
  now: Date
  expiresAt: Date
}

/** Keeps what a provider said of somebody for the program that asked. */
export const insertProvidedIdentity = statement<ProvidedValues, never>(
  'insertProvidedIdentity',
  (value) => sql`
  insert into provided_identity (code_hash, code_challenge, provider, issuer, subject, email, is_email_proved, name,
    picture, locale, sealed_tokens, tokens_expire_at, is_refreshable, created_at, expires_at)
  values (${value.codeHash}::text, ${value.codeChallenge}::text, ${value.provider}::text, ${value.issuer}::text,
    ${value.subject}::text, ${value.email}::text, ${value.isEmailProved}::boolean, ${value.name}::text,
    ${value.picture}::text, ${value.locale}::text, ${value.sealedTokens}::text, ${value.tokensExpireAt}::timestamptz,
    ${value.isRefreshable}::boolean,
    ${value.now}::timestamptz, ${value.expiresAt}::timestamptz)`,
)

/** Deletes up to `limit` log-ins that never came back, and identities that nobody fetched. */
export const deleteFlowsBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteFlowsBefore',
  (value) => sql`
  with lost as (
    delete from oauth_flow where state_hash = any(array(
      select state_hash from oauth_flow where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning state_hash as id
  ),
  unfetched as (
    delete from provided_identity where code_hash = any(array(
      select code_hash from provided_identity where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning code_hash as id
  ),
  used as (
    delete from used_nonce where nonce_hash = any(array(
      select nonce_hash from used_nonce where expires_at < ${value.before}::timestamptz
      order by expires_at limit ${value.limit}::integer for update skip locked
    ))
    returning nonce_hash as id
  )
  select id from lost union all select id from unfetched union all select id from used`,
)
