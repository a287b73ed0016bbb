import { isMailTemplate, type MailTemplate, type MailValues } from './mail-values'
import { renderMail } from './render-mail'

const cause = { browser: 'Firefox, Linux', ipAddress: '203.0.113.7', requestedAt: '2026-11-22T12:00:00Z' }
const name = 'Ada Lovelace'
const token = 'sampletokensampletokensampletokensampletoke'
const until = '2026-12-22T12:00:00Z'
const newEmail = 'countess@example.com'

const linkTo = (page: string) => `https://id.example.com/${page}#token=${token}`

/** Values for each mail that mean nothing. */
export const sampleValues: { [Template in MailTemplate]: MailValues[Template] } = {
  'verify-email': { ...cause, name, token, link: linkTo('verify-email'), hours: '24' },
  'already-registered': { ...cause, name },
  'reset-password': { ...cause, name, token, link: linkTo('reset-password'), minutes: '30' },
  'log-in': { ...cause, name, token, link: linkTo('log-in'), code: '428571', minutes: '15' },
  'confirm-email': { ...cause, name, token, link: linkTo('confirm-email'), hours: '24', newEmail },
  'email-change-requested': { ...cause, name, newEmail },
  'email-changed': { ...cause, name, newEmail },
  'password-changed': { ...cause, name },
  'new-device': { ...cause, name },
  'account-locked': { ...cause, name, token, link: linkTo('unlock'), minutes: '60' },
  'totp-added': { ...cause, name, detail: 'Pocket Engine' },
  'totp-removed': { ...cause, name, detail: 'Pocket Engine' },
  'passkey-added': { ...cause, name, detail: 'Desk Engine' },
  'passkey-removed': { ...cause, name, detail: 'Desk Engine' },
  'identity-linked': { ...cause, name, detail: 'GitHub' },
  'identity-unlinked': { ...cause, name, detail: 'GitHub' },
  'recovery-code-used': { ...cause, name, detail: '3' },
  'recovery-codes-replaced': { ...cause, name },
  'second-factor-locked': { ...cause, name },
  'factors-reset': { ...cause, name },
  impersonated: { ...cause, name, detail: 'The report of ticket 1815 could not be repeated' },
  'data-export-ready': { ...cause, name, token, link: linkTo('collect-export'), until },
  'account-closed': { ...cause, name, token, link: linkTo('cancel-erasure'), until },
  invitation: {
    requestedAt: cause.requestedAt,
    name,
    detail: 'Analytical Engines',
    token,
    link: linkTo('accept-invitation'),
    until,
  },
  'account-erased': { ...cause, name, link: 'https://id.example.com/v1/erasures/per_sample' },
}

/** Writes a mail as it would be sent, with values that mean nothing. Throws if there is no such template. */
export const sampleMail = (template: string, locale: string): { subject: string; text: string; html: string } => {
  if (!isMailTemplate(template)) throw new Error(`There is no mail template “${template}”.`)
  const { subject, text, html } = renderMail({
    template,
    locale,
    to: 'ada@example.com',
    values: sampleValues[template],
  })
  return { subject, text, html }
}
