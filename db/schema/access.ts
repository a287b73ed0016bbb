import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/** A role that somebody holds, until `expires_at` if that is set. Personal data. */
export const roleAssignments = pgTable(
  'role_assignment',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [primaryKey({ columns: [table.userId, table.role] })],
)
