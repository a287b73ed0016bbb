import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

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
