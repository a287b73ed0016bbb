import { sql } from 'drizzle-orm'
import type { StoredAccess } from '#core/permissions'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { AccountRow } from './account-contract'
import { accountColumns } from './account-fragments'

/** An account with all that staff see of it. */
export const findAccount = statement<{ targetId: string; now: Date }, AccountRow>(
  'findAccount',
  (value) => sql`
  select ${accountColumns('person', value.now)} from "user" person where person.id = ${value.targetId}::uuid`,
)

export interface HeldTarget {
  id: string
  email: string
  isOpen: boolean
  access: StoredAccess
}

/**
 * Holds somebody until the transaction ends, and says what they may do now: who gives them a role, or closes or bans them at
 * that moment, is waited for, or waits. The function is asked after the wait, and sees what came of it.
 */
export const holdTarget = statement<{ targetId: string; now: Date }, HeldTarget>(
  'holdTarget',
  (value) => sql`
  with held as materialized (
    select known.id, known.email, ${isOpen('known')} as "isOpen" from "user" known
    where known.id = ${value.targetId}::uuid for no key update
  )
  select held.id, held.email, held."isOpen",
    access_of(held.id, null, 'aal2', '[]'::jsonb, null, ${value.now}::timestamptz, ${value.now}::timestamptz) as access
  from held`,
)

/** Records that somebody of the staff was refused to do something to a person who may do what they may not. */
export const recordRefusedAct = statement<EventValues & { targetId: string; permission: string }, never>(
  'recordRefusedAct',
  (value) =>
    recordEvent(value, {
      type: 'access.refused',
      from: sql`(select 1) once`,
      userId: sql`${value.targetId}::uuid`,
      data: { permission: sql`${value.permission}::text` },
    }),
)

/** Records that somebody of the staff was refused to act as a person. */
export const recordRefusedImpersonation = statement<EventValues & { targetId: string; reason: string }, never>(
  'recordRefusedImpersonation',
  (value) =>
    recordEvent(value, {
      type: 'impersonation.refused',
      from: sql`(select 1) once`,
      userId: sql`${value.targetId}::uuid`,
      data: { reason: sql`${value.reason}::text` },
    }),
)
