import { expect, test } from 'bun:test'
import { harmlessWords } from '#features/notifications/templates/harmless-words'

const kept = [
  'Ada Lovelace',
  'Ada',
  'J. R. R. Tolkien',
  'J.R.R. Tolkien',
  'Åsa Öberg-Łukasiewicz',
  '山田 太郎',
  'محمد علي',
  'می\u200cخواهم',
  '👩🏽\u200d🚀 Ada',
  'O’Neill & Sons <3',
  'Chrome 131.0, Windows',
  'Safari, macOS 10.15.7',
  '203.0.113.7',
  '2001:db8::7',
]

for (const words of kept) {
  test(`“${words}” is only words`, () => expect(harmlessWords(words)).toBe(words))
}

const dropped: [why: string, words: string][] = [
  ['an address', 'https://evil.example'],
  ['an address in words', 'Ada, see http://evil'],
  ['a scheme of its own', 'evil://x'],
  ['a host', 'www.evil'],
  ['a host in capitals', 'WWW.EVIL'],
  ['a domain', 'evil.com'],
  ['a domain in words', 'Your account is locked: evil.com/ada'],
  ['a domain in other letters', 'пример.рф'],
  ['a domain of a picture', '🍕.ws'],
  ['a punycode domain', 'evil.xn--p1ai'],
  ['a domain behind an address', 'ada@evil.example'],
  ['a domain in full-width letters', 'ｅｖｉｌ．ｃｏｍ'],
  ['a domain with an ideographic dot', '例え。テスト'],
  ['a domain with a one-dot leader', 'evil․com'],
  ['a domain with something unseen in it', 'evil.\u200bc\u200bom'],
  ['a scheme in full-width letters', 'https：／／evil'],
  ['a line feed', 'Ada\nYour account is locked'],
  ['a carriage return', 'Ada\rYour account is locked'],
  ['a line separator', 'Ada\u2028Your account is locked'],
  ['a paragraph separator', 'Ada\u2029Your account is locked'],
  ['a next line', 'Ada\u0085Your account is locked'],
  ['a turn of direction', 'Ada \u202eecalevoL'],
]

for (const [why, words] of dropped) {
  test(`nothing is left of ${why}`, () => expect(harmlessWords(words)).toBe(''))
}

test('what is long is cut at 60 characters, never within one', () => {
  expect(harmlessWords('a'.repeat(61))).toBe('a'.repeat(60))
  expect(harmlessWords('😀'.repeat(61))).toBe('😀'.repeat(60))
  expect(harmlessWords(`${'a'.repeat(59)} b`)).toBe('a'.repeat(59))
})

test('a link is found behind the sixtieth character, too, and edges are trimmed', () => {
  expect(harmlessWords(`${'a'.repeat(70)} evil.com`)).toBe('')
  expect(harmlessWords('  Ada  ')).toBe('Ada')
  expect(harmlessWords('')).toBe('')
})
