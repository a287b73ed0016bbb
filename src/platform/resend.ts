import type { Mailer } from '#core/platform'

export interface ResendOptions {
  apiKey: string
  from: string
  /** Another address that speaks Resend's API. */
  baseUrl?: string | undefined
}

const deadlineMs = 10_000

/**
 * Mail through Resend's HTTP API: one call, so not its SDK, which would add a third to the Worker's bundle. Throws when
 * the provider does not take the mail; the error names the status and nothing of the mail.
 */
export const createResendMailer = ({ apiKey, from, baseUrl = 'https://api.resend.com' }: ResendOptions): Mailer => ({
  send: async ({ to, subject, text, html }, idempotencyKey) => {
    const response = await fetch(`${baseUrl}/emails`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ from, to, subject, text, html }),
      signal: AbortSignal.timeout(deadlineMs),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`Resend answered ${response.status}.`)
  },
})
