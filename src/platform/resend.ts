import { Resend } from 'resend'
import type { Mailer } from '#core/platform'

export interface ResendOptions {
  apiKey: string
  from: string
  baseUrl: string | undefined
}

/** Mail through Resend. Throws when the provider does not take the mail. */
export const createResendMailer = ({ apiKey, from, baseUrl }: ResendOptions): Mailer => {
  const resend = new Resend(apiKey, baseUrl === undefined ? {} : { baseUrl })
  return {
    send: async ({ to, subject, text, html }, idempotencyKey) => {
      const { error } = await resend.emails.send({ from, to, subject, text, html }, { idempotencyKey })
      if (error) throw new Error(`Resend refused a mail: ${error.name}`)
    },
  }
}
