import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { Document } from './terms-contract'
import { recordAcceptances } from './terms-fragments'

type Caller = { userId: string; sessionId: string }

/** What the caller accepted, newest first; one row without a document where that is nothing. None: their session has ended. */
export const listOwnAcceptances = statement<
  Caller & { now: Date },
  { document: Document; version: string; acceptedAt: Date } | { document: null }
>(
  'listOwnAcceptances',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select accepted.document, accepted.version, accepted.accepted_at as "acceptedAt"
  from caller left join terms_acceptance accepted on accepted.user_id = caller.user_id
  order by accepted.accepted_at desc, accepted.version desc`,
)

/** Records that the caller accepted one document, in `terms`; the first time counts. No row: their session has ended. */
export const acceptOwnTerms = statement<Caller & EventValues & { terms: string }, { userId: string }>(
  'acceptOwnTerms',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  accepted as (${recordAcceptances(value, sql`(select user_id as id from caller)`)}),
  event as (${recordEvent(value, {
    type: 'terms.accepted',
    from: sql`accepted`,
    userId: sql`accepted.user_id`,
    sessionId: value.sessionId,
    data: { document: sql`accepted.document`, version: sql`accepted.version` },
  })})
  select user_id as "userId" from caller`,
)
