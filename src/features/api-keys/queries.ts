import { type SQL, sql } from 'drizzle-orm'
import type { StoredAccess } from '#core/permissions'
import { isWelcome, liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/** A key as it is looked up, with what its owner may do now. */
export interface FoundKey {
  id: string
  name: string
  userId: string | null
  organizationId: string | null
  serviceAccountId: string | null
  scopes: string[]
  allowedNetworks: string[]
  limitPerMinute: number | null
  expiresAt: Date | null
  lastUsedAt: Date | null
  access: StoredAccess | null
  accountPermissions: string[] | null
}

const acceptedKey = (condition: SQL, now: SQL): SQL => sql`
  select key.id, key.name, key.user_id as "userId", key.organization_id as "organizationId",
    key.service_account_id as "serviceAccountId", key.scopes, key.allowed_networks as "allowedNetworks",
    key.limit_per_minute as "limitPerMinute", key.expires_at as "expiresAt", key.last_used_at as "lastUsedAt",
    case when key.user_id is not null then
      access_of(key.user_id, null, null, null, null, null, ${now}::timestamptz)
    end as access,
    account.permissions as "accountPermissions"
  from api_key key left join service_account account on account.id = key.service_account_id
  where ${condition} and key.revoked_at is null and account.disabled_at is null
    and (key.user_id is null or ${isWelcome(sql`key.user_id`)})`

/** The key with this hash. No row: there is none, it was revoked, or its owner may not come in. */
export const findKeyByHash = statement<{ keyHash: string; now: Date }, FoundKey>('findKeyByHash', (value) =>
  acceptedKey(sql`key.key_hash = ${value.keyHash}::text`, value.now),
)

/** The same by its id, for whoever showed a token that it got. */
export const findKeyById = statement<{ keyId: string; now: Date }, FoundKey>('findKeyById', (value) =>
  acceptedKey(sql`key.id = ${value.keyId}::uuid`, value.now),
)

/** Notes that a key was used, if that was not noted after `before`. */
export const touchKey = statement<{ keyId: string; now: Date; before: Date }, never>(
  'touchKey',
  (value) => sql`
  update api_key set last_used_at = ${value.now}::timestamptz
  where id = ${value.keyId}::uuid and (last_used_at is null or last_used_at <= ${value.before}::timestamptz)`,
)

/** Whether a person's session is alive, and they may come in. */
export const findLiveSession = statement<{ userId: string; sessionId: string; now: Date }, { userId: string }>(
  'findLiveSession',
  (value) => sql`select live.user_id as "userId" from (${liveCaller(value)}) live`,
)

/** What a person may do now. No row: the session is over. */
export const findOwnAccess = statement<{ userId: string; sessionId: string; now: Date }, { access: StoredAccess }>(
  'findOwnAccess',
  (value) => sql`
  select access_of(live.user_id, null, null, null, null, null, ${value.now}::timestamptz) as access
  from (${liveCaller(value)}) live`,
)

/** Records that a program got a token. */
export const recordIssuedToken = statement<EventValues & { serviceAccountId: string }, never>(
  'recordIssuedToken',
  (value) =>
    recordEvent(value, {
      type: 'token.issued',
      from: sql`(select 1) issued`,
      userId: sql`null::uuid`,
      data: { serviceAccountId: sql`${value.serviceAccountId}::text` },
    }),
)

/** Records that somebody got none. */
export const recordRefusedToken = statement<EventValues & { reason: string }, never>('recordRefusedToken', (value) =>
  recordEvent(value, {
    type: 'token.refused',
    from: sql`(select 1) refused`,
    userId: sql`null::uuid`,
    data: { reason: sql`${value.reason}::text` },
  }),
)
