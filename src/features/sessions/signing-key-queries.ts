import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

export interface SigningKeyRow {
  keyId: string
  generation: number
  algorithm: 'EdDSA' | 'ES256'
  publicJwk: Record<string, string>
  sealedPrivateJwk: string
  signsFrom: Date
  createdAt: Date
  revokedAt: Date | null
}

export const listSigningKeys = statement<Record<never, never>, SigningKeyRow>(
  'listSigningKeys',
  () => sql`
  select key_id as "keyId", generation, algorithm, public_jwk as "publicJwk",
    sealed_private_jwk as "sealedPrivateJwk", signs_from as "signsFrom",
    created_at as "createdAt", revoked_at as "revokedAt"
  from signing_key order by generation`,
)

/** Stores the key of a generation, once: of two instances that try, the second changes nothing. */
export const insertSigningKey = statement<
  EventValues & {
    keyId: string
    generation: number
    algorithm: string
    publicJwk: string
    sealedPrivateJwk: string
    signsFrom: Date
  },
  { keyId: string }
>(
  'insertSigningKey',
  (value) => sql`
  with created as (
    insert into signing_key (key_id, generation, algorithm, public_jwk, sealed_private_jwk, created_at, signs_from)
    values (${value.keyId}::text, ${value.generation}::integer, ${value.algorithm}::text,
      ${value.publicJwk}::text::jsonb, ${value.sealedPrivateJwk}::text, ${value.now}::timestamptz,
      ${value.signsFrom}::timestamptz)
    on conflict (generation) do nothing
    returning key_id, generation, signs_from
  ),
  event as (${recordEvent(value, {
    type: 'signing_key.created',
    from: sql`created`,
    userId: sql`null::uuid`,
    data: { generation: sql`generation`, signsFrom: sql`signs_from` },
  })})
  select key_id as "keyId" from created`,
)

/** Puts a private key under another seal, unless someone else did; what it holds stays the same. */
export const replaceSeal = statement<
  EventValues & { keyId: string; oldSeal: string; newSeal: string },
  { keyId: string }
>(
  'replaceSeal',
  (value) => sql`
  with resealed as (
    update signing_key set sealed_private_jwk = ${value.newSeal}::text
    where key_id = ${value.keyId}::text and sealed_private_jwk = ${value.oldSeal}::text
    returning key_id, generation
  ),
  event as (${recordEvent(value, {
    type: 'signing_key.resealed',
    from: sql`resealed`,
    userId: sql`null::uuid`,
    data: { generation: sql`generation` },
  })})
  select key_id as "keyId" from resealed`,
)

/** Notes since when and until when a version of SECRET was the newest of some instance. */
export const upsertSecretVersion = statement<{ keyId: string; now: Date }, never>(
  'upsertSecretVersion',
  (value) => sql`
  insert into secret_version as known (key_id, first_newest_at, last_newest_at)
  values (${value.keyId}::text, ${value.now}::timestamptz, ${value.now}::timestamptz)
  on conflict (key_id) do update set last_newest_at = greatest(known.last_newest_at, excluded.last_newest_at)`,
)
