import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { IdentityRow } from './contract'

/** The caller's identities, oldest first. No row: their session is over. One row of nulls: they have none. */
export const listOwnIdentities = statement<
  { userId: string; sessionId: string; now: Date },
  IdentityRow | { id: null }
>(
  'listOwnIdentities',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select identity.id, identity.provider, identity.email, identity.created_at as "createdAt",
    identity.last_used_at as "lastUsedAt"
  from caller left join identity on identity.user_id = caller.user_id
  order by identity.id`,
)
