import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { type ChangeValues, changedFields, changedUser, changeUser, type Unchanged } from './change-fragments'
import type { VersionedUserRow } from './contract'
import { userColumns } from './fragments'

type Caller = { userId: string; sessionId: string }

/** The caller's own row; none when their session has ended. */
export const findOwnUser = statement<Caller & { now: Date }, VersionedUserRow>(
  'findOwnUser',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${userColumns('person')}, person.xmin::text as version from "user" person
  where person.id = (select user_id from caller)`,
)

/**
 * Applies `changes`, a JSON object, to the caller's own row, if it is of one of `versions` (null: of any), its attributes
 * are in today's form or given in it (`migrated`), and do not grow too large. No row: their session has ended.
 */
export const updateOwnUser = statement<Caller & EventValues & ChangeValues, VersionedUserRow | Unchanged>(
  'updateOwnUser',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  ${changeUser(value, sql`(select user_id as id from caller)`)},
  event as (${recordEvent(value, {
    type: 'profile.updated',
    from: sql`person`,
    userId: sql`person.id`,
    sessionId: value.sessionId,
    data: { fields: changedFields },
  })})
  ${changedUser}`,
)
