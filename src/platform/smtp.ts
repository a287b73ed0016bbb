import { createTransport } from 'nodemailer'
import * as z from 'zod'
import type { Mailer, MailOutcome } from '#core/platform'

export interface SmtpOptions {
  /** `smtp://` takes STARTTLS when it is offered, `smtps://` is TLS from the start; nodemailer's options as a query. */
  url: string
  from: string
  connectMs?: number
  greetingMs?: number
  /** For one mail, the wait for a connection included. */
  deadlineMs?: number
  /** As many as mails may be under way, so that none waits for a slow one. */
  connections?: number
  /** How long a connection waits for another mail. A process can't end before. */
  idleMs?: number
}

const defaultConnections = 5

const word = (pattern: RegExp) => z.string().regex(pattern).optional().catch(undefined)

const Failure = z
  .object({
    code: word(/^E[A-Z0-9]+$/),
    /** The system's or the TLS library's, such as `ECONNREFUSED`. */
    originalCode: word(/^[A-Z0-9_]{1,60}$/),
    /** What we had said when it failed; nodemailer's own words, such as `RCPT TO`. */
    command: word(/^[A-Z0-9 -]{1,20}$/),
    responseCode: z.number().int().optional().catch(undefined),
    response: z.string().default('').catch(''),
  })
  .catch({ response: '' })
type Failure = z.output<typeof Failure>

const reasonOf = ({ code = 'failed', originalCode, command, responseCode }: Failure): string => {
  const what = code === 'EABORT' || code === 'ETIMEDOUT' ? 'timeout' : (responseCode ?? originalCode ?? code)
  return ['smtp', what, command].filter((part) => part !== undefined).join(' ')
}

/**
 * Whether a refusal of the recipient is about the address. Relays also refuse here for our own faults, a full mailbox
 * or a network that is down; the enhanced code (RFC 3463) tells, where there is one.
 */
const isAboutAddress = ({ responseCode = 0, response }: Failure): boolean =>
  [550, 551, 553].includes(responseCode) && !/^\d{3}[ -]5\.([347]\.|1\.[78]\b|2\.[23]\b)/.test(response)

/** Refusals for good (RFC 5321, section 4.2.1), but those of the order of commands and of our log-in. */
const isFinal = ({ responseCode = 0, command }: Failure): boolean =>
  responseCode >= 500 &&
  responseCode < 600 &&
  ![503, 530].includes(responseCode) &&
  // Refused before, it is our sender or our password that is wrong, not the mail.
  (command === 'RCPT TO' || command === 'DATA')

const toOutcome = (failure: Failure): MailOutcome => {
  const reason = reasonOf(failure)
  if (!isFinal(failure)) return { state: 'deferred', reason, retryAfterSeconds: null }
  return { state: 'rejected', reason, isRecipientInvalid: failure.command === 'RCPT TO' && isAboutAddress(failure) }
}

const domainOf = (from: string): string => /@([^\s@>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'

/**
 * Mail by SMTP over a few pooled connections, on Bun. SMTP knows no idempotency: a retry has the same Message-ID, by
 * which receivers drop twins. Never throws for what a server or the network does; a reason holds the reply's code and
 * our command, nothing else.
 */
export const createSmtpMailer = ({
  url,
  from,
  connectMs = 5000,
  greetingMs = 5000,
  deadlineMs = 20_000,
  idleMs = 1000,
  connections = defaultConnections,
}: SmtpOptions): { mailer: Mailer; close: () => void } => {
  const transport = createTransport({
    pool: true,
    url,
    maxConnections: connections,
    // One, for a connection that its server closed while it was idle. More is up to the job.
    maxRequeues: 1,
    connectionTimeout: connectMs,
    greetingTimeout: greetingMs,
    socketTimeout: deadlineMs,
    idleTimeout: idleMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const send: Mailer['send'] = async ({ to, subject, text, html }, idempotencyKey) => {
    try {
      await transport.sendMail({
        from,
        // As an object it is one address, whatever is in it.
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${idempotencyKey}@${domainOf(from)}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(deadlineMs),
      })
      return { state: 'sent', providerId: null }
    } catch (error) {
      return toOutcome(Failure.parse(error))
    }
  }
  return { mailer: { send }, close: () => transport.close() }
}
