import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { idOfEach, recordEvent } from '../audit/fragments'

/** What was revoked with the keys. */
export interface RevokedKeys {
  generation: number
  count: number
  links: number
  challenges: number
}

/**
 * Revokes every signing key and makes the one that signs from now on; and ends all that is halfway in: mailed links and
 * codes, log-ins that wait for a factor or another provider, links that collect an export. All of it or nothing. No row:
 * somebody made a key at the same moment, and nothing signs until this is tried again.
 */
export const revokeSigningKeys = statement<
  EventValues & {
    keyId: string
    algorithm: string
    publicJwk: string
    sealedPrivateJwk: string
    reason: string
    createdEventId: string
  },
  RevokedKeys
>(
  'revokeSigningKeys',
  (value) => sql`
  with revoked as (
    update signing_key set revoked_at = ${value.now}::timestamptz where revoked_at is null returning 1
  ),
  created as (
    insert into signing_key (key_id, generation, algorithm, public_jwk, sealed_private_jwk, created_at, signs_from)
    select ${value.keyId}::text, coalesce(max(generation), 0) + 1, ${value.algorithm}::text,
      ${value.publicJwk}::text::jsonb, ${value.sealedPrivateJwk}::text, ${value.now}::timestamptz,
      ${value.now}::timestamptz
    from signing_key
    on conflict (generation) do nothing
    returning generation, signs_from
  ),
  links as (delete from email_token where consumed_at is null returning 1),
  exports as (update data_export set token_hash = null where token_hash is not null returning 1),
  log_ins as (delete from log_in_challenge returning 1),
  passkeys as (delete from passkey_challenge returning 1),
  flows as (delete from oauth_flow returning 1),
  provided as (delete from provided_identity returning 1),
  counted as (
    select (select count(*) from revoked)::integer as count,
      ((select count(*) from links) + (select count(*) from exports))::integer as links,
      ((select count(*) from log_ins) + (select count(*) from passkeys) + (select count(*) from flows)
        + (select count(*) from provided))::integer as challenges
  ),
  created_event as (${recordEvent(value, {
    type: 'signing_key.created',
    id: sql`${value.createdEventId}::uuid`,
    from: sql`created`,
    userId: sql`null::uuid`,
    data: { generation: sql`generation`, signsFrom: sql`signs_from` },
  })}),
  event as (${recordEvent(value, {
    type: 'signing_key.revoked',
    from: sql`counted left join created on true`,
    userId: sql`null::uuid`,
    data: {
      reason: sql`${value.reason}::text`,
      count: sql`counted.count`,
      generation: sql`created.generation`,
      links: sql`counted.links`,
      challenges: sql`counted.challenges`,
    },
  })})
  select created.generation, counted.* from created, counted`,
)

type Batch = EventValues & { before: Date; after: string | null; limit: number }

/** How many were revoked, and the last of them; null at the end. */
export interface RevokedBatch {
  count: number
  last: string | null
}

/** The part of a statement that takes the next few rows, by their ids, that were there before. */
const nextOf = (value: Placeholders<Batch>, table: string, condition: SQL): SQL => sql`
  select id from ${sql.raw(table)}
  where (${value.after}::uuid is null or id > ${value.after}::uuid) and created_at <= ${value.before}::timestamptz
    and ${condition}
  order by id limit ${value.limit}::integer for update`

/** Ends the next sessions of all, and records it for each person. */
export const endSessionsOfAll = statement<Batch, RevokedBatch>(
  'endSessionsOfAll',
  (value) => sql`
  with next as (${nextOf(value, 'session', sql`revoked_at is null and expires_at > ${value.now}::timestamptz`)}),
  ended as (
    update session set revoked_at = ${value.now}::timestamptz, revoked_because = 'keys_revoked'
    from next where session.id = next.id
    returning session.id, session.user_id
  ),
  event as (${recordEvent(value, {
    type: 'session.ended',
    id: idOfEach(value.eventId, sql`counted.user_id`),
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'keys_revoked'`, count: sql`counted.count` },
  })})
  select count(*)::integer as count, max(id::text) as last from ended`,
)

/** Trusts the next devices of all no more. */
export const distrustDevicesOfAll = statement<Batch, RevokedBatch>(
  'distrustDevicesOfAll',
  (value) => sql`
  with next as (${nextOf(value, 'trusted_device', sql`true`)}),
  revoked as (
    delete from trusted_device using next where trusted_device.id = next.id
    returning trusted_device.id, trusted_device.user_id
  ),
  event as (${recordEvent(value, {
    type: 'trusted_device.revoked',
    id: idOfEach(value.eventId, sql`counted.user_id`),
    from: sql`(select user_id, count(*) as count from revoked group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { count: sql`counted.count` },
  })})
  select count(*)::integer as count, max(id::text) as last from revoked`,
)

/** Revokes the next API keys of all. */
export const revokeApiKeysOfAll = statement<Batch, RevokedBatch>(
  'revokeApiKeysOfAll',
  (value) => sql`
  with next as (${nextOf(value, 'api_key', sql`revoked_at is null`)}),
  revoked as (
    update api_key set revoked_at = ${value.now}::timestamptz from next where api_key.id = next.id
    returning api_key.id, api_key.user_id
  ),
  event as (${recordEvent(value, {
    type: 'api_key.revoked',
    id: idOfEach(value.eventId, sql`revoked.id`),
    from: sql`revoked`,
    userId: sql`revoked.user_id`,
    data: { keyId: sql`revoked.id` },
  })})
  select count(*)::integer as count, max(id::text) as last from revoked`,
)

/** How many there are to end. */
export const countRevocable = statement<{ now: Date }, { sessions: number; devices: number; apiKeys: number }>(
  'countRevocable',
  (value) => sql`
  select (select count(*) from session where expires_at > ${value.now}::timestamptz and revoked_at is null)::integer
      as sessions,
    (select count(*) from trusted_device)::integer as devices,
    (select count(*) from api_key where revoked_at is null)::integer as "apiKeys"`,
)
