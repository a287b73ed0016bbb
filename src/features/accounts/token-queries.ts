import { sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { queueMessage } from '../notifications/fragments'
import type { MessageValues } from '../notifications/seal-values'
import type { UserRow } from '../profiles/contract'
import { isTaken, lockUser, proveEmail, userByEmail, userById, userColumns } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import { owesAcceptance } from '../profiles/terms-fragments'
import { endSessions, isLive } from '../sessions/fragments'
import { consumeToken, recordEndedSessions } from './fragments'

export interface Recipient extends UserRow {
  /** Whether a mail may open a door to them. */
  isOpen: boolean
  closedAt: Date | null
}

/** Whom a mail to an address would reach. */
export const findRecipientByEmail = statement<{ email: string }, Recipient>(
  'findRecipientByEmail',
  (value) => sql`
  with person as (${userByEmail(value.email)})
  select ${userColumns('person')}, ${isOpen('person')} as "isOpen", person.closed_at as "closedAt" from person`,
)

export const findRecipientById = statement<{ userId: string }, Recipient>(
  'findRecipientById',
  (value) => sql`
  with person as (${userById(sql`${value.userId}::uuid`)})
  select ${userColumns('person')}, ${isOpen('person')} as "isOpen", person.closed_at as "closedAt" from person`,
)

export type TokenPurpose = 'verify-email' | 'reset-password' | 'log-in' | 'change-email' | 'unlock'

export type NewToken = {
  tokenId: string
  userId: string
  purpose: TokenPurpose
  /** The address that the token speaks of. */
  email: string
  tokenHash: string
  codeHash: string | null
  sessionId: string | null
  expiresAt: Date
}

/**
 * Keeps the mail of a job and issues the token it brings, together; it replaces the one before of its purpose. No row:
 * the account is banned or closed, has another address by now, proved it already, or another account took the address it wants,
 * or the session that asked is over, or another worker was faster with this job and its token stands.
 */
export const issueToken = statement<EventValues & NewToken & MessageValues, { id: string }>('issueToken', (value) => {
  const email = sql`${value.email}::text`
  const purpose = sql`${value.purpose}::text`
  return sql`
  with person as (${userById(sql`(${lockUser(sql`${value.userId}::uuid`)})`)}),
  entitled as (
    select person.id from person where ${isOpen('person')} and case ${purpose}
      when 'change-email' then not ${isTaken(email)}
        and ${isLive({ userId: sql`person.id`, sessionId: value.sessionId, now: value.now })}
      when 'verify-email' then person.email = ${email} and person.email_verified_at is null
      else person.email = ${email} end
  ),
  kept as (${queueMessage(value, { from: sql`entitled`, userId: sql`entitled.id`, recipient: email })}),
  issued as (
    insert into email_token (id, user_id, purpose, email, token_hash, code_hash, session_id, created_at, expires_at)
    select ${value.tokenId}::uuid, id, ${purpose}, ${email}, ${value.tokenHash}::text, ${value.codeHash}::text,
      ${value.sessionId}::uuid, ${value.now}::timestamptz, ${value.expiresAt}::timestamptz
    from entitled where exists (select 1 from kept)
    on conflict (user_id, purpose) do update set
      id = excluded.id, email = excluded.email, token_hash = excluded.token_hash, code_hash = excluded.code_hash,
      session_id = excluded.session_id, created_at = excluded.created_at, expires_at = excluded.expires_at,
      consumed_at = null
    returning user_id
  ),
  event as (${recordEvent(value, {
    type: 'email_token.issued',
    from: sql`issued`,
    userId: sql`issued.user_id`,
    data: { purpose },
  })})
  select id from kept`
})

/**
 * Consumes a verification token and proves the address it was sent to. Sessions from before the first proof end, but
 * the one that brings the token. No row: the token is unknown, used or over.
 */
export const consumeVerificationToken = statement<
  EventValues & {
    tokenHash: string
    keptSessionId: string | null
    endedEventId: string
    joinJobId: string
    terms: string
  },
  { hasPassword: boolean; owesAcceptance: boolean }
>(
  'consumeVerificationToken',
  (value) => sql`
  with consumed as (${consumeToken(value, 'verify-email', sql`token_hash = ${value.tokenHash}::text`)}),
  person as (${proveEmail(sql`consumed`, value.now)}),
  ended as (${endSessions(value, { owner: sql`person`, keep: value.keptSessionId, because: sql`'email_proved'` })}),
  event as (${recordEvent(value, {
    type: 'account.email_verified',
    from: sql`person`,
    userId: sql`person.id`,
    data: {},
  })}),
  joins as (${enqueueJoin(value, 'person')}),
  ended_event as (${recordEndedSessions(value, 'email_proved')})
  select exists (select 1 from password where password.user_id = consumed.user_id) as "hasPassword",
    ${owesAcceptance(sql`consumed.user_id`, value.terms)} as "owesAcceptance"
  from consumed`,
)

/** Deletes up to `limit` tokens that were over before; rows that others work on are left to them. */
export const deleteTokensBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'deleteTokensBefore',
  (value) => sql`
  delete from email_token where id = any(array(
    select id from email_token where expires_at < ${value.before}::timestamptz
    order by expires_at limit ${value.limit}::integer for update skip locked
  ))
  returning id`,
)

/** Deletes up to `limit` counts of attempts that began before. */
export const deleteAttemptsBefore = statement<{ before: Date; limit: number }, { addressHash: string }>(
  'deleteAttemptsBefore',
  (value) => sql`
  delete from code_attempt where address_hash = any(array(
    select address_hash from code_attempt where since < ${value.before}::timestamptz
    order by since limit ${value.limit}::integer for update skip locked
  ))
  returning address_hash as "addressHash"`,
)
