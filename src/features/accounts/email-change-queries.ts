import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { privilegedCaller } from '../authenticators/fragments'
import { enqueueJob } from '../jobs/fragments'
import { enqueueNotice } from '../notifications/fragments'
import type { UserRow } from '../profiles/contract'
import { isTaken, replaceEmail, userById, userColumns } from '../profiles/fragments'
import { enqueueJoin } from '../profiles/proof-fragments'
import { endSessions, isLive } from '../sessions/fragments'
import { consumeToken, recordEndedSessions, voidTokens } from './fragments'

type Caller = { userId: string; sessionId: string }

/**
 * Queues the link to the new address and the notice to the old one. What another address has is never told: then its
 * owner gets a mail instead. No row: the session is over, or too old or too weak. `isSame`: it is the account's address already.
 */
export const requestEmailChange = statement<
  EventValues & Caller & { freshAfter: Date; jobId: string; noticeJobId: string; newEmail: string },
  { isSame: boolean }
>('requestEmailChange', (value) => {
  const newEmail = sql`${value.newEmail}::text`
  return sql`
  with caller as (${privilegedCaller(value)}),
  person as (${userById(sql`(select user_id from caller)`)}),
  asking as (select id, email from person where email <> ${newEmail}),
  link as (${enqueueJob(value, {
    queue: 'send-email-change-mail',
    id: value.jobId,
    from: sql`asking`,
    payload: { userId: sql`asking.id`, newEmail, sessionId: sql`${value.sessionId}::uuid` },
  })}),
  notice as (${enqueueNotice(value, {
    notice: 'email-change-requested',
    id: value.noticeJobId,
    from: sql`asking`,
    userId: sql`asking.id`,
    recipient: sql`asking.email`,
    newEmail,
  })}),
  event as (${recordEvent(value, {
    type: 'email.change_requested',
    from: sql`asking`,
    userId: sql`asking.id`,
    sessionId: value.sessionId,
    data: {},
  })})
  select email = ${newEmail} as "isSame" from person`
})

/**
 * Consumes the token that was mailed to a new address and makes it the account's. What was mailed before is void, and
 * sessions end, but the one that asked for the change and `keptSessionId`. The old address is told.
 * No row: the token is unknown, used, over, or not of `callerId`, if that is not null; or the session that asked is over
 * and no other of the account confirms, so that whoever was thrown out takes nothing along. `isTaken`: it came too late.
 */
export const changeEmailByToken = statement<
  EventValues & {
    jobId: string
    joinJobId: string
    endedEventId: string
    tokenHash: string
    callerId: string | null
    keptSessionId: string | null
  },
  (UserRow & { isTaken: false }) | { id: null; isTaken: boolean }
>(
  'changeEmailByToken',
  (value) => sql`
  with consumed as (${consumeToken(
    value,
    'change-email',
    sql`token_hash = ${value.tokenHash}::text
      and (${value.callerId}::uuid is null or user_id = ${value.callerId}::uuid)
      and (${isLive({ userId: sql`email_token.user_id`, sessionId: sql`email_token.session_id`, now: value.now })}
        or ${isLive({ userId: sql`email_token.user_id`, sessionId: value.keptSessionId, now: value.now })})`,
  )}),
  before as (${userById(sql`(select user_id from consumed)`)}),
  moved as (${replaceEmail(sql`consumed`, value.now)}),
  voided as (${voidTokens(sql`moved`, 'change-email')}),
  ended as (${endSessions(value, {
    owner: sql`(select moved.id from moved, (select count(*) from voided) first)`,
    keep: sql`coalesce(${value.keptSessionId}::uuid, (select session_id from consumed))`,
    because: sql`'email_changed'`,
  })}),
  event as (${recordEvent(value, { type: 'email.changed', from: sql`moved`, userId: sql`moved.id`, data: {} })}),
  ended_event as (${recordEndedSessions(value, 'email_changed')}),
  joins as (${enqueueJoin(value, 'moved')}),
  notice as (${enqueueNotice(value, {
    notice: 'email-changed',
    id: value.jobId,
    from: sql`before, moved`,
    userId: sql`moved.id`,
    recipient: sql`before.email`,
    newEmail: sql`moved.email`,
  })})
  select ${userColumns('moved')}, ${isTaken(sql`consumed.email`)} as "isTaken" from consumed left join moved on true`,
)
