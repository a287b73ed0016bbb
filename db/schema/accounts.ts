import { index, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/** A person's password authenticator: an Argon2id PHC string, never the password. Credential, personal data. */
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
    purpose: text({ enum: ['verify-email'] }).notNull(),
    email: text().notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
    consumedAt: timestamp('consumed_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [unique('email_token_owner').on(table.userId, table.purpose), index().on(table.expiresAt)],
)
