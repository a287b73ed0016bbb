import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { mustHaveSecondFactor } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { removal, removePasskey } from '../authenticators/binding-fragments'
import { showFactor } from '../authenticators/factor-fragments'
import type { FactorValues } from '../authenticators/factor-values'
import { hasIdentity } from '../federation/fragments'
import type { UserRow } from '../profiles/contract'
import { userColumns } from '../profiles/fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { noticeOfNewDevice, openSession } from '../sessions/fragments'
import type { SessionValues } from '../sessions/new-session'

type Caller = { userId: string; sessionId: string }

/**
 * Opens a session by the passkey that was just checked: who it is was verified with it, so it is both factors. No row: its
 * counter went back, or it is gone.
 */
export const openSessionByPasskey = statement<
  EventValues & SessionValues & FactorValues & { jobId: string; userId: string; openedEventId: string },
  UserRow & SessionState
>(
  'openSessionByPasskey',
  (value) => sql`
  with holding as (select ${value.userId}::uuid as id, ''::text as subject),
  ${showFactor(value, 'passkey')},
  opened as (${openSession(value, sql`used`)}),
  opened_event as (${recordEvent(value, {
    type: 'login.succeeded',
    id: value.openedEventId,
    from: sql`opened`,
    userId: sql`opened.user_id`,
    sessionId: sql`opened.id`,
    data: { method: sql`'passkey'` },
  })}),
  notice as (${noticeOfNewDevice(value)})
  select ${sessionStateColumns('opened')}, ${userColumns('person')} from opened, person`,
)

/** Records a log-in by a passkey that was not accepted, of whomever. */
export const recordRefusedPasskey = statement<EventValues, never>('recordRefusedPasskey', (value) =>
  recordEvent(value, {
    type: 'login.failed',
    from: sql`(select 1) attempt`,
    userId: sql`null::uuid`,
    data: { reason: sql`'passkey'` },
  }),
)

/**
 * Removes a passkey of the caller, unless it is the last way in of an account without a password, or the last second
 * factor of one that must have one. No row: there is no such passkey. `removed` 0: it must stay.
 */
export const removeOwnPasskey = statement<
  EventValues & Caller & SecondFactorPolicy & { id: string; noticeJobId: string },
  { removed: string; isLastWayIn: boolean }
>('removeOwnPasskey', (value) => {
  const userId = sql`${value.userId}::uuid`
  const mustHave = mustHaveSecondFactor(value, userId)
  const hasOtherWayIn = sql`(
    exists (select 1 from password where password.user_id = ${userId}) or ${hasIdentity(userId)}
  )`
  return sql`
  with ${removePasskey(value, { userId, mustHave, hasOtherWayIn })},
  ${removal(value, 'passkey')}
  select (select count(*) from removed) as removed, (select count(*) from settled) as settled,
    not (found.is_one_of_several or ${hasOtherWayIn}) as "isLastWayIn"
  from found`
})
