import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

/**
 * An import, an export or a change of many accounts, which a job works off part by part: each part commits what it did
 * with how far it came, so that whoever goes on repeats and leaves out nothing. Who asked is a pseudonym.
 */
export const bulkOperations = pgTable(
  'bulk_operation',
  {
    id: uuid().primaryKey(),
    kind: text({ enum: ['import', 'export', 'update', 'delete'] }).notNull(),
    state: text({ enum: ['receiving', 'queued', 'running', 'finished', 'failed', 'cancelled'] }).notNull(),
    isDryRun: boolean('is_dry_run').notNull(),
    /** What was asked for: the format, filters, changes. Never anything secret. */
    options: jsonb().$type<Record<string, unknown>>().notNull(),
    requestedBy: uuid('requested_by'),
    /** Where its file is, in the blob store. */
    blobKey: text('blob_key'),
    /** How far it came: the bytes of the file, or the last account. */
    byteOffset: bigint('byte_offset', { mode: 'number' }).notNull().default(0),
    lastUserId: uuid('last_user_id'),
    rowsTotal: integer('rows_total'),
    rowsDone: integer('rows_done').notNull().default(0),
    rowsFailed: integer('rows_failed').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    /** Why it failed: a word. */
    failure: text(),
  },
  (table) => [index().on(table.createdAt), index().on(table.requestedBy)],
)

/** What was wrong with a row of an import, without what it held. */
export const bulkErrors = pgTable(
  'bulk_error',
  {
    operationId: uuid('operation_id')
      .notNull()
      .references(() => bulkOperations.id, { onDelete: 'cascade' }),
    row: integer().notNull(),
    pointer: text().notNull(),
    code: text().notNull(),
    message: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.operationId, table.row, table.pointer] })],
)
