import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/** The development mailbox: what would have been mailed. Always empty in production. Personal data. */
export const mailboxMessages = pgTable(
  'mailbox_message',
  {
    id: uuid().primaryKey(),
    to: text().notNull(),
    subject: text().notNull(),
    text: text().notNull(),
    html: text().notNull(),
    template: text().notNull(),
    data: jsonb().$type<Record<string, string>>().notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index().on(table.to, table.id)],
)

/**
 * A mail and what became of it. Its id is its job's, and the provider's idempotency key. `sealed_values` holds what
 * goes into the template, links included, sealed (AES-256-GCM) and only while it waits: a retry sends the same mail.
 * The recipient is personal data.
 */
export const messages = pgTable(
  'message',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    recipient: text().notNull(),
    template: text().notNull(),
    locale: text().notNull(),
    state: text({ enum: ['queued', 'sent', 'failed'] }).notNull(),
    sealedValues: text('sealed_values'),
    attempts: integer().notNull().default(0),
    /** The provider's name for it, to match what it reports later. */
    providerId: text('provider_id'),
    /** Why the last attempt did not work. Never holds anything of the mail. */
    failure: text(),
    queuedAt: timestamp('queued_at', { withTimezone: true, precision: 3 }).notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true, precision: 3 }),
    failedAt: timestamp('failed_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [
    index().on(table.recipient, table.id),
    index().on(table.userId),
    index().on(table.queuedAt),
    index('message_waiting_index').on(table.id).where(sql`state = 'queued'`),
  ],
)

/** An address that mail comes back from: nothing is sent there until an operator says so. Personal data. */
export const bouncedAddresses = pgTable('bounced_address', {
  email: text().primaryKey(),
  reason: text({ enum: ['rejected', 'bounced', 'complained'] }).notNull(),
  bouncedAt: timestamp('bounced_at', { withTimezone: true, precision: 3 }).notNull(),
})
