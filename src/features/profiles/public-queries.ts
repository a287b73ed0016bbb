import { sql } from 'drizzle-orm'
import { isOpen, liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { UserRow } from './contract'
import { userColumns } from './fragments'

/** Somebody whose account is open, and whether the caller has a session that lives. One row always. */
export const findPublicUser = statement<
  { id: string; userId: string | null; sessionId: string | null; now: Date },
  (UserRow | { id: null }) & { isSignedIn: boolean }
>(
  'findPublicUser',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  person as (
    select * from "user" shown
    where shown.id = ${value.id}::uuid and ${isOpen('shown')}
  )
  select ${userColumns('person')}, exists (select 1 from caller) as "isSignedIn"
  from (select 1) once left join person on true`,
)
