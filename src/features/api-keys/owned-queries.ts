import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { ApiKeyRow } from './contract'
import { type Absent, forEachKind, happenedTo, isAccepted, isOwn, keyColumns, ownerOf } from './owner-fragments'

/** How many keys an owner may have that are accepted and have no successor. */
const mostKeys = 50

/** A page of the owner's keys that were not revoked, oldest first; `id` null: there is none. No row: no such owner. */
export const listOwnKeys = forEachKind<{ cursor: string | null; limit: number }, ApiKeyRow | Absent<ApiKeyRow>>(
  'listOwnKeys',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, false)})
  select ${keyColumns('key')} from owner left join lateral (
    select * from api_key key
    where ${isOwn(kind)} and key.revoked_at is null and (${value.cursor}::uuid is null or key.id > ${value.cursor}::uuid)
    order by key.id limit ${value.limit}::integer
  ) key on true
  order by key.id`,
)

/** One of them. */
export const findOwnKey = forEachKind<{ keyId: string }, ApiKeyRow | Absent<ApiKeyRow>>(
  'findOwnKey',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, false)})
  select ${keyColumns('key')} from owner left join api_key key
    on ${isOwn(kind)} and key.id = ${value.keyId}::uuid and key.revoked_at is null`,
)

/** Makes whoever creates keys of an owner do so one after another, so that they count what the others made. */
export const holdOwner = statement<{ ownerId: string }, never>(
  'holdOwner',
  (value) => sql`select pg_advisory_xact_lock(hashtextextended(${value.ownerId}::text, 8))`,
)

type NewKey = {
  keyId: string
  keyHash: string
  prefix: string
  name: string
  /** JSON */
  scopes: string
  /** JSON */
  allowedNetworks: string
  limitPerMinute: number | null
  expiresAt: Date | null
  makerId: string | null
}

/**
 * Makes a key. `id` null: a service account may not do all of that, or there is no room. No row: no such owner.
 */
export const insertOwnKey = forEachKind<EventValues & NewKey, { isWithin: boolean } & (ApiKeyRow | Absent<ApiKeyRow>)>(
  'insertOwnKey',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, true)}),
  state as (
    select owner.*, coalesce(${value.scopes}::text::jsonb <@ owner.permissions, true) as is_within,
      (select count(*) from api_key key where ${isOwn(kind)} and ${isAccepted(value.now)} and key.replaced_by is null)
        < ${sql.raw(String(mostKeys))} as has_room
    from owner
  ),
  made as (
    insert into api_key (id, user_id, organization_id, service_account_id, name, prefix, key_hash, scopes,
      allowed_networks, limit_per_minute, created_by, created_at, expires_at)
    select ${value.keyId}::uuid, state.user_id, state.organization_id, state.account_id, ${value.name}::text,
      ${value.prefix}::text, ${value.keyHash}::text, ${value.scopes}::text::jsonb,
      ${value.allowedNetworks}::text::jsonb, ${value.limitPerMinute}::integer, ${value.makerId}::uuid,
      ${value.now}::timestamptz, ${value.expiresAt}::timestamptz
    from state where state.is_within and state.has_room
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'api_key.created',
    ...happenedTo('made'),
    data: {
      keyId: sql`made.id`,
      ownerKind: sql.raw(`'${kind}'`),
      ownerId: sql`coalesce(made.service_account_id, made.organization_id, made.user_id)`,
    },
  })})
  select state.is_within as "isWithin", ${keyColumns('made')} from state left join made on true`,
)

/**
 * Changes a key; its scopes only become fewer. `id` null: they would not. `isThere` false: there is no such key.
 * No row: no such owner.
 */
export const updateOwnKey = forEachKind<
  EventValues & {
    keyId: string
    name: string | null
    scopes: string | null
    allowedNetworks: string | null
    setsLimit: boolean
    limitPerMinute: number | null
  },
  { isThere: boolean } & (ApiKeyRow | Absent<ApiKeyRow>)
>(
  'updateOwnKey',
  (value, kind) => sql`
  with owner as (${ownerOf(value, kind, true)}),
  known as (
    select key.id, key.scopes from owner join api_key key on ${isOwn(kind)}
    where key.id = ${value.keyId}::uuid and ${isAccepted(value.now)}
    for update of key
  ),
  changed as (
    update api_key set name = coalesce(${value.name}::text, api_key.name),
      scopes = coalesce(${value.scopes}::text::jsonb, api_key.scopes),
      allowed_networks = coalesce(${value.allowedNetworks}::text::jsonb, api_key.allowed_networks),
      limit_per_minute = case when ${value.setsLimit}::boolean then ${value.limitPerMinute}::integer
        else api_key.limit_per_minute end
    from known
    where api_key.id = known.id and coalesce(${value.scopes}::text::jsonb <@ known.scopes, true)
    returning api_key.*
  ),
  event as (${recordEvent(value, {
    type: 'api_key.updated',
    ...happenedTo('changed'),
    data: { keyId: sql`changed.id` },
  })})
  select exists (select 1 from known) as "isThere", ${keyColumns('changed')} from owner left join changed on true`,
)
