import { sql } from 'drizzle-orm'
import type { StoredAccess } from '#core/permissions'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { heldRoles } from '../access/fragments'
import { accessOfSession } from './column-fragments'
import { sessionById } from './fragments'

type Caller = { userId: string; sessionId: string }

/** A role as JSON has it. */
interface OwnRoleRow {
  name: string
  expiresAt: string | null
}

/** What the caller may do now, and the roles that say so. No row: their session is over. */
export const findOwnAccess = statement<Caller & { now: Date }, { access: StoredAccess; roles: OwnRoleRow[] }>(
  'findOwnAccess',
  (value) => sql`
  with caller as (${liveCaller(value)}), own as (${sessionById(value.sessionId)})
  select ${accessOfSession('own', sql`${value.now}::timestamptz`)} as access, coalesce((
    select jsonb_agg(jsonb_build_object('name', held.name, 'expiresAt', held."expiresAt") order by held.name)
    from (${heldRoles(value, sql`caller.user_id`)}) held
  ), '[]'::jsonb) as roles
  from caller, own`,
)
