import type { Clock, IdSource, Mailer } from '#core/platform'
import type { Database } from '#db/database'
import { mailboxMessages } from '#db/schema/notifications'

/** The development mailbox: keeps mails in the database, where `/dev/mailbox` shows them. Refused in production. */
export const createMailbox = (db: Database, clock: Clock, ids: IdSource): Mailer => ({
  send: async (mail) => {
    await db.insert(mailboxMessages).values({ id: ids.next(), ...mail, sentAt: clock.now() })
  },
})
