import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/** An API key as the operator's commands show it: never what would open a door. */
export interface KeyRow {
  id: string
  prefix: string
  name: string
  ownerKind: 'user' | 'organization' | 'service-account'
  ownerId: string
  scopes: string[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** The newest keys, of everybody or of one owner. */
export const listKeyRows = statement<{ ownerId: string | null; limit: number }, KeyRow>(
  'listKeyRows',
  (value) => sql`
  select id, prefix, name, coalesce(user_id, organization_id, service_account_id) as "ownerId", case
      when user_id is not null then 'user' when organization_id is not null then 'organization'
      else 'service-account' end as "ownerKind",
    scopes, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
  from api_key
  where ${value.ownerId}::uuid is null
    or ${value.ownerId}::uuid in (user_id, organization_id, service_account_id)
  order by id desc limit ${value.limit}::integer`,
)

/** Revokes a key, once. No row: there is none, or it is revoked. */
export const revokeKeyById = statement<EventValues & { keyId: string }, { id: string }>(
  'revokeKeyById',
  (value) => sql`
  with revoked as (
    update api_key set revoked_at = ${value.now}::timestamptz
    where id = ${value.keyId}::uuid and revoked_at is null
    returning id, user_id
  ),
  event as (${recordEvent(value, {
    type: 'api_key.revoked',
    from: sql`revoked`,
    userId: sql`revoked.user_id`,
    data: { keyId: sql`revoked.id` },
  })})
  select id from revoked`,
)
