import { sql } from 'drizzle-orm'
import type { StoredOrganizationAccess } from '#core/permissions'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from '../profiles/contract'
import { userById, userColumns } from '../profiles/fragments'
import { sessionStateColumns } from '../sessions/column-fragments'
import type { SessionState } from '../sessions/contract'
import { sessionById } from '../sessions/fragments'

type Standing = { standing: StoredOrganizationAccess | null }

/**
 * Makes the caller's session act for an organization, or for none, and moves it to its next token. No row: the session is over.
 * `id` null: `standing` says why not; without one, the caller is no member.
 */
export const switchSession = statement<
  EventValues & { userId: string; sessionId: string; organizationId: string | null; refreshSeconds: number },
  (UserRow & SessionState & Standing) | ({ id: null } & Standing)
>('switchSession', (value) => {
  const now = sql`${value.now}::timestamptz`
  const organizationId = sql`${value.organizationId}::uuid`
  return sql`
  with caller as (${liveCaller(value)}),
  asked as (
    select caller.user_id, organization_access(caller.user_id, ${organizationId}, own.acr, own.amr, own.identity_id,
      own.authenticated_at, ${now}) as standing
    from caller, (${sessionById(value.sessionId)}) own
  ),
  switched as (
    update session set organization_id = ${organizationId}, counter = session.counter + 1, rotated_at = ${now},
      last_used_at = ${now},
      expires_at = least(${now} + make_interval(secs => ${value.refreshSeconds}::integer), session.absolute_expires_at)
    from asked
    where session.id = ${value.sessionId}::uuid and session.user_id = asked.user_id
      and session.revoked_at is null and session.expires_at > ${now}
      and (${organizationId} is null or asked.standing -> 'unmet' = 'null')
    returning session.*
  ),
  event as (${recordEvent(value, {
    type: 'organization.switched',
    from: sql`switched`,
    userId: sql`switched.user_id`,
    sessionId: sql`switched.id`,
    data: { organizationId },
  })}),
  person as (${userById(sql`(select user_id from switched)`)})
  select asked.standing, ${sessionStateColumns('switched')}, ${userColumns('person')}
  from asked left join switched on true left join person on true`
})
