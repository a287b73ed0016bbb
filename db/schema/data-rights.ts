import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

/** A copy of everything that is kept of a person, at their wish: in the blob store until it expires. Personal data. */
export const dataExports = pgTable(
  'data_export',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    state: text({ enum: ['queued', 'running', 'ready', 'delivered', 'expired'] }).notNull(),
    /** Parts that are in the archive, of `parts_total`. */
    partsDone: integer('parts_done').notNull().default(0),
    partsTotal: integer('parts_total').notNull().default(0),
    blobKey: text('blob_key'),
    /** SHA-256 of the token in the mailed link. */
    tokenHash: text('token_hash').unique(),
    requestedAt: instant('requested_at').notNull(),
    finishedAt: instant('finished_at'),
    expiresAt: instant('expires_at'),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    index().on(table.userId),
    index().on(table.expiresAt),
    // Of two that ask at once, one begins.
    uniqueIndex('data_export_under_way').on(table.userId).where(sql`state in ('queued', 'running')`),
  ],
)

/**
 * An account that its owner deletes: closed at once, erased once `due_at` is past. No foreign key: the record, and the
 * receipt in it, outlive the account and name nothing but its id. Pseudonymous.
 */
export const erasures = pgTable(
  'erasure',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id').notNull(),
    requestedAt: instant('requested_at').notNull(),
    dueAt: instant('due_at').notNull(),
    cancelledAt: instant('cancelled_at'),
    /** From here on nobody can cancel it. */
    begunAt: instant('begun_at'),
    /** How many rows, blobs and keys are erased so far, by store and part. */
    counts: jsonb().$type<Record<string, number>>().notNull().default({}),
    finishedAt: instant('finished_at'),
    /** What proves it to its owner: a JWS over the stores and counts. */
    receipt: text(),
  },
  (table) => [index().on(table.userId), index().on(table.dueAt)],
)
