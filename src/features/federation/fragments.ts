import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { enqueueJob } from '../jobs/fragments'
import { enqueueNotice, type NoticeOf } from '../notifications/fragments'
import { addressOf } from '../profiles/fragments'

/** Whether somebody can log in at another provider, but for the identity `except` if that is not null. */
export const hasIdentity = (userId: SQL, except = sql`null::uuid`): SQL => sql`
  exists (select 1 from identity other where other.user_id = ${userId} and other.id is distinct from ${except})`

/** Uses up a nonce, or the id of a token, until `expiresAt`. No row: it was used. */
export const rememberNonce = (value: { nonceHash: SQL; now: SQL; expiresAt: SQL }): SQL => sql`
  insert into used_nonce (nonce_hash, created_at, expires_at)
  values (${value.nonceHash}::text, ${value.now}::timestamptz, ${value.expiresAt}::timestamptz)
  on conflict do nothing
  returning nonce_hash as "nonceHash"`

/** An identity of a person. */
export const identityOf = (id: SQL, userId: SQL): SQL => sql`
  select * from identity where identity.id = ${id}::uuid and identity.user_id = ${userId}`

/** Unlinks the identities in `unlinked (id)`. */
export const unlink = (unlinked: SQL): SQL => sql`
  delete from identity using ${unlinked} unlinked where identity.id = unlinked.id
  returning identity.user_id, identity.provider, identity.subject, identity.sealed_tokens`

/** Keeps the tokens of the part `unlinked (provider, subject, sealed_tokens)` until the provider is told, by a job. */
export const revokeTokens = (
  value: Placeholders<EventValues & { revocationId: string; revocationJobId: string }>,
  unlinked: SQL,
): SQL => sql`
  revoking as (
    insert into token_revocation (id, user_id, provider, subject, sealed_tokens, created_at)
    select ${value.revocationId}::uuid, gone.user_id, gone.provider, gone.subject, gone.sealed_tokens, ${value.now}::timestamptz
    from ${unlinked} gone where gone.sealed_tokens is not null
    returning id
  ),
  revocation_job as (${enqueueJob(value, {
    queue: 'revoke-provider-tokens',
    id: value.revocationJobId,
    from: sql`revoking`,
    payload: { revocationId: sql`revoking.id` },
  })})`

/** Tells the owners of the identities in `from (user_id, provider)` what became of them. */
export const noticeOfIdentity = (
  value: Placeholders<EventValues>,
  { notice, id, from }: Pick<NoticeOf, 'id' | 'from'> & { notice: 'identity-linked' | 'identity-unlinked' },
): SQL =>
  enqueueNotice(value, {
    notice,
    id,
    from: sql`${from} told`,
    userId: sql`told.user_id`,
    recipient: addressOf(sql`told.user_id`),
    detail: sql`told.provider`,
  })
