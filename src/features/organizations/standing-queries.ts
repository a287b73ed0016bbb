import { sql } from 'drizzle-orm'
import type { StoredOrganizationAccess } from '#core/permissions'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { sessionById } from '../sessions/fragments'

type Caller = { userId: string; sessionId: string }

/** What the caller may do for an organization; null for who is no member. No row: the caller's session is over. */
export const findMembership = statement<
  Caller & { now: Date; organizationId: string },
  { access: StoredOrganizationAccess | null }
>(
  'findMembership',
  (value) => sql`
  with caller as (${liveCaller(value)}), own as (${sessionById(value.sessionId)})
  select organization_access(caller.user_id, ${value.organizationId}::uuid, own.acr, own.amr, own.identity_id,
    own.authenticated_at, ${value.now}::timestamptz) as access
  from caller, own`,
)
