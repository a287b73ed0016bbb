import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { endSessionsOf } from '../sessions/fragments'
import { rememberNonce } from './fragments'

/** Ends the live sessions that an identity opened, once for each `nonceHash`. */
export const endSessionsOfIdentity = statement<
  EventValues & { provider: string; issuer: string; subject: string; nonceHash: string; expiresAt: Date },
  { count: string }
>(
  'endSessionsOfIdentity',
  (value) => sql`
  with fresh as (${rememberNonce(value)}),
  source as (
    select identity.id, identity.user_id from identity, fresh
    where identity.provider = ${value.provider}::text and identity.issuer = ${value.issuer}::text
      and identity.subject = ${value.subject}::text
  ),
  ended as (${endSessionsOf(value, { source: sql`source`, because: 'provider_logout' })}),
  event as (${recordEvent(value, {
    type: 'session.ended',
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'provider_logout'`, count: sql`counted.count` },
  })})
  select count(*) from ended`,
)
