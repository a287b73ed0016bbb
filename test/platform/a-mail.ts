import type { Mail, MailOutcome } from '#core/platform'

/** A mail with something in each part that no reason, log or error may repeat. */
export const mail: Mail = {
  to: 'ada@example.com',
  subject: 'Prove your e-mail address',
  text: 'the text',
  html: '<p>the HTML</p>',
  template: 'verify-email',
  data: { token: 'the token' },
}

/** Whether what became of a mail tells nothing of it, nor of the key it was sent with. */
export const isDiscreet = (outcome: MailOutcome): boolean =>
  ![mail.to, 'ada', mail.subject, mail.text, 'the HTML', 'the token', 're_key', 'example.com'].some((part) =>
    JSON.stringify(outcome).includes(part),
  )

export const newKey = () => crypto.randomUUID()
