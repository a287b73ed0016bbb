import type { Mail } from '#core/platform'
import { toHtml } from './mail-document'
import { toMailParts } from './mail-parts'
import { chooseMailLocale, type MailTemplate, type MailValues } from './mail-values'
import { toPlainText } from './plain-text'

/** Writes a mail as text and as HTML, in the language of a BCP 47 tag or else in English. */
export const renderMail = <Template extends MailTemplate>({
  template,
  locale,
  to,
  values,
}: {
  template: Template
  locale: string
  to: string
  values: MailValues[Template]
}): Mail => {
  const parts = toMailParts(template, chooseMailLocale(locale), values)
  return { to, subject: parts.subject, text: toPlainText(parts), html: toHtml(parts), template, data: values }
}
