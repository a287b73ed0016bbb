import { index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

/** A role that operators made, beside those of the code. `permissions` lists what its holders may do. */
export const roles = pgTable('role', {
  name: text().primaryKey(),
  description: text().notNull(),
  permissions: jsonb().$type<string[]>().notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
})

/** A role that somebody holds, until `expires_at` if that is set. Personal data. */
export const roleAssignments = pgTable(
  'role_assignment',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text().notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.role] }), index().on(table.role, table.userId)],
)
