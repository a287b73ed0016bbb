import type { Mail } from '#core/platform'
import { isMailTemplate, type MailTemplate, type MailValues } from './mail-values'
import { renderMail } from './render-mail'

/** Renders a mail that was kept. Throws for a template that this build does not have. */
export const renderStoredMail = (kept: {
  template: string
  locale: string
  recipient: string
  values: string
}): Mail => {
  if (!isMailTemplate(kept.template)) throw new Error(`There is no template ${kept.template}.`)
  // `sealValues` took them by the type of this template.
  const values = JSON.parse(kept.values) as MailValues[MailTemplate]
  return renderMail({ template: kept.template, locale: kept.locale, to: kept.recipient, values })
}
