import { index, integer, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/**
 * A person's password authenticator: a hash in PHC form, never the password. Ours is Argon2id; what was imported from
 * elsewhere may be bcrypt or scrypt until its next log-in. Credential, personal data.
 */
export const passwords = pgTable('password', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  hash: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
})

/**
 * A single-use token that was mailed to its owner, kept as its SHA-256 only. One for each account and purpose:
 * issuing a new one replaces the old. Credential; the e-mail is personal data.
 */
export const emailTokens = pgTable(
  'email_token',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text({ enum: ['verify-email', 'reset-password', 'log-in', 'change-email', 'unlock'] }).notNull(),
    email: text().notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    /** An HMAC of the six digits that do the same as the token, where there are some. */
    codeHash: text('code_hash'),
    /** The session that asked, where one did. */
    sessionId: uuid('session_id'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
    consumedAt: timestamp('consumed_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [unique('email_token_owner').on(table.userId, table.purpose), index().on(table.expiresAt)],
)

/**
 * How often a six-digit code was tried for an address. Nothing reads it any more: `lockout` counts for every credential.
 * It stays for the build before this one, and goes with the next release. Pseudonymous.
 */
export const codeAttempts = pgTable(
  'code_attempt',
  {
    addressHash: text('address_hash').primaryKey(),
    count: integer().notNull(),
    since: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index().on(table.since)],
)
