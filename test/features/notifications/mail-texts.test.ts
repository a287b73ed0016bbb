import { expect, test } from 'bun:test'
import { de } from '#features/notifications/templates/de'
import { en } from '#features/notifications/templates/en'
import { es } from '#features/notifications/templates/es'
import { fr } from '#features/notifications/templates/fr'
import { ja } from '#features/notifications/templates/ja'
import { formatInstant, type MailTexts } from '#features/notifications/templates/mail-texts'
import { type MailTemplate, mailLocales, mailTemplates } from '#features/notifications/templates/mail-values'
import { sampleValues } from '#features/notifications/templates/sample-mail'

const translations = { de, es, fr, ja }

const openingOf = <Template extends MailTemplate>(texts: MailTexts, template: Template): string[] =>
  texts.templates[template].opening(sampleValues[template])

/** Every sentence of a template, and its subject and labels. */
const sayingsOf = (texts: MailTexts, template: MailTemplate): string[] => {
  const { subject, closing, button, beforeCode, afterCode } = texts.templates[template]
  return [subject, button, beforeCode, afterCode, ...openingOf(texts, template), ...closing]
    .filter((text) => text !== undefined)
    .flatMap((text) => text.split(/(?<=[.。])\s*(?=[\p{Lu}\p{Lo}])/u))
}

const wordsOf = (texts: MailTexts): string[] => {
  const { heading, ipAddress, time, unknown } = texts.cause
  return [texts.greeting(''), texts.greeting('Ada'), texts.aboveLink, heading, ipAddress, time, unknown]
}

for (const [locale, texts] of Object.entries(translations)) {
  test(`nothing in ${locale} is left in English`, () => {
    const english = new Set([...wordsOf(en), ...mailTemplates.flatMap((template) => sayingsOf(en, template))])
    const said = [...wordsOf(texts), ...mailTemplates.flatMap((template) => sayingsOf(texts, template))]
    expect(said.filter((saying) => english.has(saying))).toEqual([])
    expect(said.length).toBeGreaterThan(50)
  })

  for (const template of mailTemplates) {
    test(`${template} says in ${locale} what it says in English`, () => {
      const [own, english] = [texts.templates[template], en.templates[template]]
      expect(openingOf(texts, template).length).toBe(openingOf(en, template).length)
      expect(own.closing.length).toBe(english.closing.length)
      expect(Object.keys(own).toSorted()).toEqual(Object.keys(english).toSorted())
      for (const fact of [
        'Postern',
        '24',
        '30',
        '15',
        'countess@example.com',
        'Pocket Engine',
        'Desk Engine',
        'GitHub',
        '3',
      ]) {
        expect(openingOf(texts, template).join().includes(fact)).toBe(openingOf(en, template).join().includes(fact))
      }
    })
  }
}

test('no two mails of a language have the same subject', () => {
  for (const texts of [en, ...Object.values(translations)]) {
    const subjects = mailTemplates.map((template) => texts.templates[template].subject)
    expect(new Set(subjects).size).toBe(mailTemplates.length)
  }
})

test('subjects are short and hold nothing of the values', () => {
  for (const texts of [en, ...Object.values(translations)]) {
    for (const template of mailTemplates) {
      const { subject } = texts.templates[template]
      expect(subject.length).toBeLessThan(60)
      expect(subject).not.toMatch(/[\d@#]/)
    }
  }
})

test('an instant is written as the language writes it, in UTC whatever its offset', () => {
  const written = mailLocales.map((locale) => formatInstant(locale, '2026-06-01T01:05:00+02:00'))
  for (const text of written) expect(text).toMatch(/2026.*23:05 UTC$/)
  expect(written.map((text) => text.includes('31'))).toEqual(written.map(() => true))
  expect(new Set(written).size).toBe(mailLocales.length)
})

test('midnight is zero hours', () => {
  for (const locale of mailLocales) expect(formatInstant(locale, '2026-06-01T00:05:00Z')).toMatch(/\b0?0:05 UTC$/)
})
