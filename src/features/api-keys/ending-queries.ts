import { sql } from 'drizzle-orm'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { ApiKeyRow } from './contract'
import { type Absent, forEachKind, happenedTo, isAccepted, isOwn, keyColumns, ownerOf } from './owner-fragments'

type Successor = {
  keyId: string
  newKeyId: string
  keyHash: string
  prefix: string
  overlapEndsAt: Date
  /** What the caller may do, as JSON; null if that does not matter. */
  allowed: string | null
  makerId: string | null
}

/** How a key stands that is to be replaced; the columns of the new one are null if it was not. */
export type Rolled = { isThere: boolean; isRolled: boolean; isWithin: boolean } & (ApiKeyRow | Absent<ApiKeyRow>)

/**
 * Makes the one successor of a key: with the same properties, for as long again. The key ends after the overlap, and the one
 * before it at once, so that two of a line are accepted at the most. No row: no such owner.
 */
export const rollOwnKey = forEachKind<EventValues & Successor, Rolled>(
  'rollOwnKey',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, true)}),
  known as (
    select key.* from owner join api_key key on ${isOwn(kind)}
    where key.id = ${value.keyId}::uuid and key.revoked_at is null
      and (key.replaced_by is not null or ${isAccepted(value.now)})
    for update of key
  ),
  state as (
    select known.*, known.replaced_by is not null as is_rolled,
      coalesce(known.scopes <@ ${value.allowed}::text::jsonb, true) as is_within
    from known
  ),
  replaced as (
    update api_key set replaced_by = ${value.newKeyId}::uuid,
      expires_at = least(api_key.expires_at, ${value.overlapEndsAt}::timestamptz)
    from state
    where api_key.id = state.id and api_key.replaced_by is null and state.is_within
    returning state.*
  ),
  ended as (
    update api_key set expires_at = least(api_key.expires_at, ${value.now}::timestamptz)
    from replaced where api_key.replaced_by = replaced.id
  ),
  made as (
    insert into api_key (id, user_id, organization_id, service_account_id, name, prefix, key_hash, scopes,
      allowed_networks, limit_per_minute, created_by, created_at, expires_at)
    select ${value.newKeyId}::uuid, user_id, organization_id, service_account_id, name, ${value.prefix}::text,
      ${value.keyHash}::text, scopes, allowed_networks, limit_per_minute, ${value.makerId}::uuid,
      ${value.now}::timestamptz, ${value.now}::timestamptz + (expires_at - created_at)
    from replaced
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'api_key.rolled',
    ...happenedTo('replaced'),
    data: { keyId: sql`replaced.id`, replacedBy: sql`${value.newKeyId}::uuid` },
  })})
  select state.id is not null as "isThere", coalesce(state.is_rolled, false) as "isRolled",
    coalesce(state.is_within, false) as "isWithin", ${keyColumns('made')}
  from owner left join state on true left join made on true`,
)

/** Revokes a key, once; the second time nothing happens. `id` null: there is no such key. No row: no such owner. */
export const revokeOwnKey = forEachKind<EventValues & { keyId: string }, { id: string | null }>(
  'revokeOwnKey',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, false)}),
  known as (
    select key.id from owner join api_key key on ${isOwn(kind)} where key.id = ${value.keyId}::uuid
  ),
  revoked as (
    update api_key set revoked_at = ${value.now}::timestamptz from known
    where api_key.id = known.id and api_key.revoked_at is null
    returning api_key.*
  ),
  event as (${recordEvent(value, {
    type: 'api_key.revoked',
    ...happenedTo('revoked'),
    data: { keyId: sql`revoked.id` },
  })})
  select known.id from owner left join known on true`,
)
