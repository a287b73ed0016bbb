import type { Config } from '#core/config'
import type { Clock, IdSource, Mailer } from '#core/platform'
import type { Database } from '#db/database'
import { createMailbox } from './mailbox'
import { createResendMailer } from './resend'

/** The configured way out for mail: Resend, or the development mailbox (the configuration refuses that in production). */
export const createMailer = (config: Config, db: Database, clock: Clock, ids: IdSource): Mailer =>
  config.RESEND_API_KEY === undefined
    ? createMailbox(db, clock, ids)
    : createResendMailer({
        apiKey: config.RESEND_API_KEY,
        from: config.EMAIL_FROM,
        baseUrl: config.RESEND_BASE_URL,
      })
