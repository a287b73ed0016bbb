import { expect, test } from 'bun:test'
import { en } from '#features/notifications/templates/en'
import {
  chooseMailLocale,
  isMailTemplate,
  type MailLocale,
  mailTemplates,
} from '#features/notifications/templates/mail-values'

test('the list of templates is all of them, each once', () => {
  expect(Object.keys(en.templates).toSorted()).toEqual([...mailTemplates].sort())
  expect(mailTemplates.every(isMailTemplate)).toBe(true)
  expect(['', 'verify', 'toString', '__proto__'].some(isMailTemplate)).toBe(false)
})

const choices: [tag: string | null, locale: MailLocale][] = [
  ['en', 'en'],
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE-at', 'de'],
  ['es-419', 'es'],
  ['fr-Latn-CA-x-whatever', 'fr'],
  ['ja-JP', 'ja'],
  ['deu', 'en'],
  ['den-DE', 'en'],
  ['zh-Hant-TW', 'en'],
  ['', 'en'],
  ['-', 'en'],
  ['x-de', 'en'],
  [null, 'en'],
]

for (const [tag, locale] of choices) {
  test(`somebody whose language is ${tag === null ? 'unknown' : `“${tag}”`} is written to in ${locale}`, () => {
    expect(chooseMailLocale(tag)).toBe(locale)
  })
}
