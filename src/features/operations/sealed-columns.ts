import type { KeyPurpose } from '#core/derived-keys'

/** A column that holds seals: what `seal` makes. */
export interface SealedColumn {
  table: string
  column: string
  /** What tells its rows apart, as SQL, and of which type that is; seals are walked in its order. */
  key: string
  keyType: 'uuid' | 'text'
  purpose: KeyPurpose
  /** What each seal is bound to, as SQL: the same as where it is made and opened. */
  bound: string
}

const providerTokens = {
  column: 'sealed_tokens',
  purpose: 'provider-tokens-seal',
  bound: `'identity/' || provider || '/' || subject`,
} as const

/**
 * Everything that is kept sealed. What is not here is lost once an older version of SECRET is taken out, so a test looks
 * through the database for columns that are named like these.
 */
export const sealedColumns: SealedColumn[] = [
  {
    table: 'signing_key',
    column: 'sealed_private_jwk',
    key: 'key_id',
    keyType: 'text',
    purpose: 'signing-key-seal',
    bound: 'key_id',
  },
  {
    table: 'totp_authenticator',
    column: 'sealed_secret',
    key: 'id',
    keyType: 'uuid',
    purpose: 'totp-seal',
    bound: `'totp_authenticator/' || id`,
  },
  { table: 'identity', key: 'id', keyType: 'uuid', ...providerTokens },
  { table: 'token_revocation', key: 'id', keyType: 'uuid', ...providerTokens },
  { table: 'provided_identity', key: 'code_hash', keyType: 'text', ...providerTokens },
  { table: 'message', column: 'sealed_values', key: 'id', keyType: 'uuid', purpose: 'message-seal', bound: 'id::text' },
  {
    table: 'idempotent_answer',
    column: 'sealed_body',
    key: `user_id || '.' || key_hash`,
    keyType: 'text',
    purpose: 'idempotent-answer-seal',
    bound: `user_id || '.' || key_hash`,
  },
]
