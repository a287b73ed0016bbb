import type { Clock, Mailer } from '#core/platform'
import type { Database } from '#db/database'

/**
 * The development mailbox: keeps mails in the database, where `/dev/mailbox` shows them; one for each idempotency key,
 * which must be a UUID. Refused in production.
 */
export const createMailbox = (db: Database, clock: Clock): Mailer => ({
  send: async (mail, idempotencyKey) => {
    const { to, subject, text, html, template, data } = mail
    await db.run(
      `insert into mailbox_message (id, "to", subject, text, html, template, data, sent_at)
      values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8) on conflict do nothing`,
      [idempotencyKey, to, subject, text, html, template, JSON.stringify(data), clock.now()],
      'objects',
    )
    return { state: 'sent', providerId: null }
  },
})
