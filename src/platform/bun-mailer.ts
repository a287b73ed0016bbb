import type { Config } from '#core/config'
import type { Clock, Mailer } from '#core/platform'
import type { Database } from '#db/database'
import { createMailer } from './mailer'

export interface OpenMailer {
  mailer: Mailer
  /** Gives up idle connections; a mail under way is finished first. */
  close: () => void
}

/**
 * The configured way out for mail of a process on Bun: Resend, else SMTP, else the development mailbox. Only a process
 * that sends by SMTP loads what speaks it.
 */
export const createBunMailer = async (config: Config, db: Database, clock: Clock): Promise<OpenMailer> => {
  if (config.RESEND_API_KEY === undefined && config.SMTP_URL !== undefined) {
    const { createSmtpMailer } = await import('./smtp')
    return createSmtpMailer({ url: config.SMTP_URL, from: config.EMAIL_FROM, connections: config.JOB_CONCURRENCY })
  }
  return { mailer: createMailer(config, db, clock), close: () => {} }
}
