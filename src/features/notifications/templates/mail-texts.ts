import type { MailLocale, MailTemplate, MailValues } from './mail-values'

/** Who writes the mails. */
export const brand = 'Postern'

type LinkWords = { button: string }
type CodeWords = { beforeCode: string; afterCode: string }
type None<Words> = { [Word in keyof Words]?: never }

/** What the mails of one template say in one language: those with a link or a code have words for it. */
export type MailText<Template extends MailTemplate> = {
  subject: string
  /** The paragraphs before the link; an inbox shows the first one beside the subject. */
  opening(values: MailValues[Template]): string[]
  /** The last paragraphs: what to do, and what if it was somebody else. */
  closing: string[]
} & (MailValues[Template] extends { link: string } ? LinkWords : None<LinkWords>) &
  (MailValues[Template] extends { code: string } ? CodeWords : None<CodeWords>)

/** The mails about somebody's rights to their data: they are in a file of their own for each language. */
export type DataRightsTexts = Pick<MailTexts['templates'], 'data-export-ready' | 'account-closed' | 'account-erased'>

/** The mails of organizations: in a file of their own as well. */
export type OrganizationTexts = Pick<MailTexts['templates'], 'invitation'>
/** The mails about what staff did: the same. */
export type StaffTexts = Pick<MailTexts['templates'], 'factors-reset' | 'impersonated'>

/** All that is said in one language. */
export interface MailTexts {
  /** @param name '' if there is none to use */
  greeting(name: string): string
  /** Stands above the link that is written out. */
  aboveLink: string
  /** Between a label and its value, in plain text. */
  colon: string
  cause: { heading: string; browser: string; ipAddress: string; time: string; unknown: string }
  templates: { [Template in MailTemplate]: MailText<Template> }
}

/** Writes numbers of hours and of minutes as a language counts them. */
export const durationsIn = (locale: MailLocale) => {
  const write = (unit: 'hour' | 'minute') => {
    const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
    return (count: string) => format.format(Number(count))
  }
  return { hours: write('hour'), minutes: write('minute') }
}

/** Whether so few recovery codes are left that their owner should make new ones. */
export const areFew = (count: string): boolean => Number(count) <= 3

/** Writes an instant as a language writes dates, in UTC, and says so. */
export const formatInstant = (locale: MailLocale, instant: string): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(instant))
