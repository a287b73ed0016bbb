import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { userByEmail } from '../profiles/fragments'
import { forgetFailures } from '../sessions/lockout-fragments'
import { consumeToken, recordUnlock, unlock } from './fragments'

/** Consumes the link of a lock's mail and forgets the failures. No row: the link is unknown, used or over. */
export const unlockByToken = statement<
  EventValues & { unlockedEventId: string; tokenHash: string },
  { userId: string }
>(
  'unlockByToken',
  (value) => sql`
  with consumed as (${consumeToken(value, 'unlock', sql`token_hash = ${value.tokenHash}::text`)}),
  unlocked as (${unlock(value, sql`consumed`)}),
  event as (${recordUnlock(value, { userId: sql`(select user_id from consumed)`, by: sql`'mail'` })})
  select user_id as "userId" from consumed`,
)

/** Forgets the failures for an address, those at the second factor among them. No row: there were none. */
export const unlockByAddress = statement<
  EventValues & { unlockedEventId: string; email: string; by: 'operator' | 'staff' },
  { wasLocked: boolean }
>(
  'unlockByAddress',
  (value) => sql`
  with unlocked as (${unlock(value, sql`(select ${value.email}::text as email)`)}),
  event as (${recordUnlock(value, {
    userId: sql`(select id from (${userByEmail(value.email)}) addressed)`,
    by: sql`${value.by}::text`,
  })}),
  steps as (${forgetFailures(
    value,
    sql`(
    select 'second-factor:account:' || addressed.id as subject from (${userByEmail(value.email)}) addressed
  )`,
  )})
  select was_locked as "wasLocked" from unlocked union all select was_locked from steps`,
)
