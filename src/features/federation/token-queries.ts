import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'

/** The tokens of an identity, as they are kept. */
export interface KeptTokens {
  id: string
  provider: string
  subject: string
  sealedTokens: string
  tokensExpireAt: Date | null
  isRefreshable: boolean
}

/** Tokens of an identity that was unlinked. */
export type RevokedTokens = Pick<KeptTokens, 'provider' | 'subject' | 'sealedTokens'>

const columns = sql`
  identity.id, identity.provider, identity.subject, identity.sealed_tokens as "sealedTokens",
  identity.tokens_expire_at as "tokensExpireAt", identity.is_refreshable as "isRefreshable"`

/** Tokens of some providers (a JSON list) that end before, and can be refreshed: a page by id. */
export const listEndingTokens = statement<
  { before: Date; providers: string; after: string; limit: number },
  KeptTokens
>(
  'listEndingTokens',
  (value) => sql`
  select ${columns} from identity
  where identity.is_refreshable and identity.tokens_expire_at < ${value.before}::timestamptz
    and ${value.providers}::text::jsonb ? identity.provider
    and identity.id > ${value.after}::uuid
  order by identity.id limit ${value.limit}::integer`,
)

/** The tokens of an identity of the caller. No row: there is no such identity, or the session is over. */
export const findOwnTokens = statement<{ userId: string; sessionId: string; id: string; now: Date }, KeptTokens>(
  'findOwnTokens',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${columns} from identity, caller
  where identity.id = ${value.id}::uuid and identity.user_id = caller.user_id and identity.sealed_tokens is not null`,
)

/** Replaces tokens by the next ones, or by none that could be refreshed, unless another one was faster. */
export const replaceTokens = statement<
  { id: string; before: string; sealedTokens: string; tokensExpireAt: Date | null; isRefreshable: boolean },
  { id: string }
>(
  'replaceTokens',
  (value) => sql`
  update identity set sealed_tokens = ${value.sealedTokens}::text, tokens_expire_at = ${value.tokensExpireAt}::timestamptz,
    is_refreshable = ${value.isRefreshable}::boolean
  where id = ${value.id}::uuid and sealed_tokens = ${value.before}::text
  returning id`,
)

/** Tokens that the provider has yet to be told of. */
export const findRevocation = statement<{ revocationId: string }, RevokedTokens>(
  'findRevocation',
  (value) => sql`
  select provider, subject, sealed_tokens as "sealedTokens" from token_revocation where id = ${value.revocationId}::uuid`,
)

/** Forgets them. */
export const deleteRevocation = statement<{ revocationId: string }, never>(
  'deleteRevocation',
  (value) => sql`delete from token_revocation where id = ${value.revocationId}::uuid`,
)
