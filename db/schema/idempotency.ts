import { index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/**
 * An answer that is given again to whoever repeats its request with the same key. The body is sealed (AES-256-GCM): it
 * may hold what is shown once. The key and the fingerprint of the request are SHA-256. No personal data but the owner.
 */
export const idempotentAnswers = pgTable(
  'idempotent_answer',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    keyHash: text('key_hash').notNull(),
    requestHash: text('request_hash').notNull(),
    status: integer(),
    sealedBody: text('sealed_body'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.keyHash] }), index().on(table.createdAt)],
)
