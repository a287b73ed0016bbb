import { sql } from 'drizzle-orm'
import { boolean, index, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

/**
 * A log-in that was sent to another provider and is not back yet. Its state is kept as its SHA-256, what else is secret
 * follows from it; the browser that began it has a cookie, whose SHA-256 is here too. It is deleted when it comes back.
 */
export const oauthFlows = pgTable(
  'oauth_flow',
  {
    stateHash: text('state_hash').primaryKey(),
    bindingHash: text('binding_hash').notNull(),
    provider: text().notNull(),
    redirectTo: text('redirect_to').notNull(),
    /** What the program that began it will have to show (RFC 7636, S256). */
    codeChallenge: text('code_challenge').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index().on(table.expiresAt)],
)

/**
 * What a provider said of somebody, for the program that asked: by a code that works once, within a minute, kept as its
 * SHA-256. `subject`, `email`, `name`, `picture` and `locale` are personal data; the tokens are sealed.
 */
export const providedIdentities = pgTable(
  'provided_identity',
  {
    codeHash: text('code_hash').primaryKey(),
    codeChallenge: text('code_challenge').notNull(),
    provider: text().notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    email: text(),
    isEmailProved: boolean('is_email_proved').notNull(),
    name: text(),
    picture: text(),
    locale: text(),
    sealedTokens: text('sealed_tokens'),
    tokensExpireAt: instant('tokens_expire_at'),
    /** Whether there is a refresh token among them. */
    isRefreshable: boolean('is_refreshable').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index().on(table.expiresAt)],
)

/**
 * An account of somebody at another provider that logs in to theirs here. `subject` and `email` are personal data; the
 * provider's tokens are sealed.
 */
export const identities = pgTable(
  'identity',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    /** As the provider said it last. */
    email: text(),
    sealedTokens: text('sealed_tokens'),
    tokensExpireAt: instant('tokens_expire_at'),
    /** Whether there is a refresh token among them. */
    isRefreshable: boolean('is_refreshable').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at').notNull(),
  },
  (table) => [
    unique('identity_subject').on(table.provider, table.issuer, table.subject),
    index().on(table.userId),
    index().on(table.tokensExpireAt).where(sql`is_refreshable`),
  ],
)

/** Tokens of an identity that was unlinked, until the provider was told that they are over. Sealed, personal data. */
export const tokenRevocations = pgTable('token_revocation', {
  id: uuid().primaryKey(),
  /** Whose identity it was; revocations of the build before have none. */
  userId: uuid('user_id'),
  provider: text().notNull(),
  subject: text().notNull(),
  sealedTokens: text('sealed_tokens').notNull(),
  createdAt: instant('created_at').notNull(),
})

/** Nonces of log-ins that apps began with a provider's own library, so that an id_token works once. Pseudonymous. */
export const usedNonces = pgTable(
  'used_nonce',
  {
    nonceHash: text('nonce_hash').primaryKey(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index().on(table.expiresAt)],
)
