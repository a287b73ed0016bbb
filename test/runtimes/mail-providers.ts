import type { Settings } from '../support/bun-server'
import { textOf } from '../support/mime-text'
import { type ResendBehaviour, startResendSink } from '../support/resend-sink'
import { type SmtpBehaviour, startSmtpSink } from '../support/smtp-sink'

/** A mail that a provider took. */
export interface Delivery {
  /** What tells its reader's side that two are one: Resend's idempotency key, or the Message-ID. */
  key: string
  to: string
  text: string
  /** How often it arrived. */
  times: number
}

export interface MailProvider extends AsyncDisposable {
  /** What makes a server send through it. */
  settings: Settings
  deliveries: () => Delivery[]
  /** How often something of ours came as far as a request, or a connection. */
  arrivals: () => number
  /** Makes every mail from now on fail, or take long. */
  fail: (outage: Outage) => Promise<void>
  /** Works again. What hangs is cut off, as by a restart. */
  recover: () => Promise<void>
}

const resendOutages = {
  dead: { mode: 'dead' },
  hanging: { mode: 'hang' },
  'breaking off in its answer': { mode: 'stalled' },
  'hanging up after it took the mail': { mode: 'lost' },
  malformed: { mode: 'malformed' },
  'answering 500': { mode: 'error500' },
  'answering 429': { mode: 'rate-limited', retryAfter: '120' },
  'refusing addresses': { mode: 'reject422' },
  'taking a second': { mode: 'slow', ms: 1000 },
  'taking ten seconds': { mode: 'slow', ms: 10_000 },
} satisfies Record<string, ResendBehaviour>

export type Outage = keyof typeof resendOutages

const smtpOutages: Record<Outage, SmtpBehaviour> = {
  dead: { mode: 'dead' },
  hanging: { mode: 'hang' },
  'breaking off in its answer': { mode: 'stalled' },
  'hanging up after it took the mail': { mode: 'lost' },
  malformed: { mode: 'malformed' },
  'answering 500': { mode: 'tempfail' },
  'answering 429': { mode: 'reject-recipient', code: 450, text: '4.7.1 too many mails, try again later' },
  'refusing addresses': { mode: 'reject-recipient' },
  'taking a second': { mode: 'slow', ms: 1000 },
  'taking ten seconds': { mode: 'slow', ms: 10_000 },
}

/** What ends by a restart only. */
const hangs = new Set<Outage>(['hanging', 'breaking off in its answer'])

const usual: Settings = { EMAIL_FROM: 'Postern <id@example.com>', EMAIL_VERIFICATION: 'required' }

const behaviours = <Behaviour>(
  behave: (behaviour: Behaviour | { mode: 'ok' } | { mode: 'dead' }) => Promise<void>,
  outages: Record<Outage, Behaviour>,
) => {
  let current: Outage | undefined
  return {
    fail: (outage: Outage) => {
      current = outage
      return behave(outages[outage])
    },
    recover: async () => {
      if (current && hangs.has(current)) await behave({ mode: 'dead' })
      await behave({ mode: 'ok' })
    },
  }
}

/** Resend, or whoever speaks its API. */
export const openResend = async (): Promise<MailProvider> => {
  const sink = await startResendSink()
  return {
    settings: { ...usual, RESEND_API_KEY: 're_test', RESEND_BASE_URL: sink.url },
    deliveries: () =>
      sink.mails().map(({ idempotencyKey, to, text, deliveries }) => ({
        key: idempotencyKey ?? '',
        to,
        text,
        times: deliveries,
      })),
    arrivals: () => sink.requests().length,
    ...behaviours<ResendBehaviour>(sink.behave, resendOutages),
    [Symbol.asyncDispose]: sink.stop,
  }
}

/** A mail server, which knows nothing of idempotency: what it got twice is told by the Message-ID alone. */
export const openSmtp = async (): Promise<MailProvider> => {
  const sink = await startSmtpSink()
  const byKey = () => Map.groupBy(sink.mails(), ({ headers }) => headers['message-id'] ?? '')
  return {
    settings: { ...usual, SMTP_URL: sink.url },
    deliveries: () =>
      [...byKey()].flatMap(([key, [mail, ...twins]]) =>
        mail ? [{ key, to: mail.to.join(), text: textOf(mail.raw), times: 1 + twins.length }] : [],
      ),
    // A connection may serve several mails, and may come to nothing.
    arrivals: () => sink.connections() + sink.mails().length,
    ...behaviours<SmtpBehaviour>(sink.behave, smtpOutages),
    [Symbol.asyncDispose]: sink.stop,
  }
}
