import { desc, eq } from 'drizzle-orm'
import type { Database } from '#db/database'
import { mailboxMessages } from '#db/schema/notifications'

export type MailboxRow = typeof mailboxMessages.$inferSelect

const most = 100

/** The newest mails, of all addresses or of one. */
export const listMailboxMessages = (db: Database, to: string | undefined): Promise<MailboxRow[]> =>
  db
    .select()
    .from(mailboxMessages)
    .where(to === undefined ? undefined : eq(mailboxMessages.to, to))
    .orderBy(desc(mailboxMessages.id))
    .limit(most)
