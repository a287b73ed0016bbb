import type { Config } from '#core/config'
import type { Clock, Mailer } from '#core/platform'
import type { Database } from '#db/database'
import { createMailbox } from './mailbox'
import { createResendMailer } from './resend'

/**
 * The configured way out for mail that every runtime has: Resend, or the development mailbox, which the configuration
 * refuses in production. SMTP is Bun's alone (`bun-mailer.ts`).
 */
export const createMailer = (config: Config, db: Database, clock: Clock): Mailer =>
  config.RESEND_API_KEY === undefined
    ? createMailbox(db, clock)
    : createResendMailer({
        apiKey: config.RESEND_API_KEY,
        from: config.EMAIL_FROM,
        baseUrl: config.RESEND_BASE_URL,
      })
