import * as z from 'zod'
import type { Mail, Mailer, MailOutcome } from '#core/platform'

export interface ResendOptions {
  apiKey: string
  from: string
  /** Another address that speaks Resend's API. */
  baseUrl?: string | undefined
  /** For the whole call, the answer's body included. */
  deadlineMs?: number
}

const longestWaitSeconds = 3600

const Accepted = z.object({ id: z.string().min(1) })
const Refusal = z
  .object({ name: z.string().default(''), message: z.string().default('') })
  .catch({ name: '', message: '' })
type Refusal = z.output<typeof Refusal>

/** Refusals that say nothing of the mail: our key, plan or base URL is wrong, or it is not the moment. */
const passing = new Set([401, 402, 403, 404, 405, 408, 409, 425, 429])

const deferred = (reason: string, retryAfterSeconds: number | null = null): MailOutcome => ({
  state: 'deferred',
  reason,
  retryAfterSeconds,
})

/** Seconds or a date (RFC 9110, section 10.2.3). Null when there is nothing to wait for. */
const readRetryAfter = (headers: Headers): number | null => {
  const text = headers.get('retry-after') ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return seconds > 0 ? Math.min(Math.ceil(seconds), longestWaitSeconds) : null
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The name is the provider's machine word; its message may quote an address and stays here. */
const reasonOf = (status: number, { name }: Refusal): string => {
  const word = name.toLowerCase()
  return /^[a-z_]{1,100}$/.test(word) ? `resend ${status} ${word}` : `resend ${status}`
}

const isFinal = (status: number, { name }: Refusal): boolean => {
  if (status < 400 || status >= 500) return false
  // It took another mail under this key, and no retry of ours makes the two equal.
  if (name === 'invalid_idempotent_request') return true
  return !passing.has(status) && name !== 'invalid_from_address'
}

/** Resend has one name for every field at fault, and quotes the field in its message. */
const isAboutRecipient = (status: number, { name, message }: Refusal): boolean =>
  (status === 400 || status === 422) && (name.startsWith('invalid_to') || /[`'"]to[`'"]/.test(message))

const toOutcome = ({ status, ok, headers }: Response, answer: unknown): MailOutcome => {
  if (ok) {
    const accepted = Accepted.safeParse(answer)
    // Perhaps it was taken; the next try has the same key, so the provider sends it once.
    return accepted.success
      ? { state: 'sent', providerId: accepted.data.id }
      : deferred(`resend ${status} malformed`, readRetryAfter(headers))
  }
  const refusal = Refusal.parse(answer)
  const reason = reasonOf(status, refusal)
  return isFinal(status, refusal)
    ? { state: 'rejected', reason, isRecipientInvalid: isAboutRecipient(status, refusal) }
    : deferred(reason, readRetryAfter(headers))
}

const toBody = (from: string, { to, subject, text, html }: Mail, idempotencyKey: string): string =>
  JSON.stringify({
    from,
    to,
    subject,
    text,
    html,
    // No out-of-office notes (RFC 3834), and no threads of mails that only share a subject.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Entity-Ref-ID': idempotencyKey },
  })

/**
 * Mail through Resend's HTTP API: one call, so not its SDK, which would add a third to the Worker's bundle. Never throws
 * for what the provider or the network does. A reason holds the status and the provider's word for it, nothing else.
 */
export const createResendMailer = ({
  apiKey,
  from,
  baseUrl = 'https://api.resend.com',
  deadlineMs = 20_000,
}: ResendOptions): Mailer => ({
  send: async (mail, idempotencyKey, traceparent) => {
    const signal = AbortSignal.timeout(deadlineMs)
    try {
      const response = await fetch(`${baseUrl}/emails`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
          ...(traceparent && { traceparent }),
        },
        body: toBody(from, mail, idempotencyKey),
        // Whoever answers with a redirect gets neither the key nor the mail a second time.
        redirect: 'manual',
        signal,
      })
      return toOutcome(response, parseJson(await response.text()))
    } catch {
      return deferred(signal.aborted ? 'resend timeout' : 'resend unreachable')
    }
  },
})
