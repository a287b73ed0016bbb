import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import {
  destroyPersonalPartsOf,
  hasPersonalPart,
  type ShownValues,
  shownColumns,
  shownEvents,
} from '../audit/fragments'
import type { ActivityRow } from './activity-contract'

/** Destroys the personal part of up to `limit` events from before a time, the oldest first. */
export const destroyPersonalPartsBefore = statement<{ before: Date; limit: number }, { id: string }>(
  'destroyPersonalPartsBefore',
  (value) =>
    destroyPersonalPartsOf(sql`
    select id from audit_event
    where occurred_at < ${value.before}::timestamptz and ${hasPersonalPart}
    order by occurred_at limit ${value.limit}::integer for update skip locked`),
)

type Caller = { userId: string; sessionId: string }

/** The caller's activity, newest first. No row: their session is over. One row of nulls: an empty page. */
export const listOwnActivity = statement<Caller & ShownValues & { now: Date }, ActivityRow | { id: null }>(
  'listOwnActivity',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${shownColumns('listed')}
  from caller left join lateral (${shownEvents(value, sql`caller.user_id`)}) listed on true
  order by listed.id desc`,
)
