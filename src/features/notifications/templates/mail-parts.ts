import { de } from './de'
import { en } from './en'
import { es } from './es'
import { fr } from './fr'
import { harmlessWords } from './harmless-words'
import { ja } from './ja'
import { formatInstant, type MailTexts } from './mail-texts'
import type { MailCause, MailLocale, MailTemplate, MailValues } from './mail-values'

/** What a mail says, in order. Its text and its HTML are both made of this, so they say the same. */
export interface MailParts {
  locale: MailLocale
  subject: string
  greeting: string
  opening: string[]
  action?: { label: string; above: string; link: string }
  code?: { before: string; code: string; after: string }
  cause: { heading: string; colon: string; facts: { label: string; value: string }[] }
  closing: string[]
}

const texts: Record<MailLocale, MailTexts> = { en, de, es, fr, ja }

/** What it leaves out of the cause is not told: its reader is not who caused the mail. */
type ToldCause = Partial<MailCause> & Pick<MailCause, 'requestedAt'>

const toCause = (locale: MailLocale, { browser, ipAddress, requestedAt }: ToldCause): MailParts['cause'] => {
  const { cause: words, colon } = texts[locale]
  const told = (label: string, value: string | undefined) =>
    value === undefined ? [] : [{ label, value: harmlessWords(value) || words.unknown }]
  return {
    heading: words.heading,
    colon,
    facts: [
      ...told(words.browser, browser),
      ...told(words.ipAddress, ipAddress),
      { label: words.time, value: formatInstant(locale, requestedAt) },
    ],
  }
}

/** Says in one language what a template says about its values. */
export const toMailParts = <Template extends MailTemplate>(
  template: Template,
  locale: MailLocale,
  values: MailValues[Template],
): MailParts => {
  const { greeting, aboveLink, templates } = texts[locale]
  const text = templates[template]
  const { button, beforeCode = '', afterCode = '' }: { button?: string; beforeCode?: string; afterCode?: string } = text
  const { name = '', detail = '', link, code }: Partial<Record<string, string>> = values
  return {
    locale,
    subject: text.subject,
    greeting: greeting(harmlessWords(name)),
    opening: text.opening({ ...values, detail: harmlessWords(detail) }),
    ...(button && link && { action: { label: button, above: aboveLink, link } }),
    ...(code && { code: { before: beforeCode, code, after: afterCode } }),
    cause: toCause(locale, values),
    closing: text.closing,
  }
}
