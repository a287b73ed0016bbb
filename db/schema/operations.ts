import { index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Requests that were refused lately, and by which check: for operators who are asked why. Kept for a day. */
export const refusals = pgTable(
  'refusal',
  {
    id: uuid().primaryKey(),
    requestId: text('request_id').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
    method: text().notNull(),
    route: text().notNull(),
    status: integer().notNull(),
    problem: text().notNull(),
    /** Which check refused it, and what it looked at. Nothing secret, nothing of the caller. */
    facts: jsonb().$type<Record<string, unknown>>().notNull(),
    actorKind: text('actor_kind').notNull(),
    /** The account, if the caller was signed in. */
    userId: uuid('user_id'),
    traceId: text('trace_id'),
  },
  (table) => [index().on(table.requestId), index().on(table.occurredAt), index().on(table.userId)],
)
