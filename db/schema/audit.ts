import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * What happened, append-only. No foreign keys: the record outlives what it speaks of.
 * `user_id`, `ip_address` and `user_agent` are personal data.
 */
export const auditEvents = pgTable(
  'audit_event',
  {
    id: uuid().primaryKey(),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
    type: text().notNull(),
    actorKind: text('actor_kind', { enum: ['anonymous', 'user', 'system'] }).notNull(),
    actorId: text('actor_id'),
    userId: uuid('user_id'),
    sessionId: uuid('session_id'),
    requestId: text('request_id').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index().on(table.userId, table.occurredAt)],
)
