import { sql } from 'drizzle-orm'
import type { StoredAccess } from '#core/permissions'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { mustHaveSecondFactor } from '../access/fragments'
import type { SecondFactorPolicy } from '../access/second-factor-policy'
import { hasSecondFactor } from '../authenticators/fragments'
import { accessOfSession } from '../sessions/column-fragments'
import { sessionById } from '../sessions/fragments'

type Caller = { userId: string; sessionId: string }

/** What the caller may do by the roles that they hold now, and how they showed who they are. */
export interface StaffStanding {
  access: StoredAccess
  acr: string
  authenticatedAt: Date
  /** Whether they have a second factor, or must have one. */
  needsSecondFactor: boolean
}

/** How the caller stands. No row: their session is over. */
export const findStaffStanding = statement<Caller & SecondFactorPolicy & { now: Date }, StaffStanding>(
  'findStaffStanding',
  (value) => sql`
  with caller as (${liveCaller(value)}), own as (${sessionById(value.sessionId)})
  select own.acr, own.authenticated_at as "authenticatedAt",
    ${accessOfSession('own', sql`${value.now}::timestamptz`)} as access,
    ${hasSecondFactor(sql`caller.user_id`)} or ${mustHaveSecondFactor(value, sql`caller.user_id`)} as "needsSecondFactor"
  from caller, own`,
)
