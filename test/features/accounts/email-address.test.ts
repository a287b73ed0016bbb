import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../../core/fixed-seed'
import { normalizeEmailAddress } from '#features/profiles/normalize-email-address'

const byteLength = (text: string) => new TextEncoder().encode(text).length

/** Anything at all, and often enough something close to an address. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.emailAddress(),
  fc
    .tuple(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('example.com', 'EXAMPLE.co.uk', 'xn--bcher-kva.example'),
    )
    .map(([local, domain]) => `${local}@${domain}`),
  fc
    .tuple(fc.emailAddress(), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat())
    .map(([email, noise, at]) => email.slice(0, at % email.length) + noise + email.slice(at % email.length)),
)

const swapCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))

test('normalising an address never throws, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = normalizeEmailAddress(text)
      if (once !== undefined) expect(normalizeEmailAddress(once)).toBe(once)
    }),
    { numRuns: 2000 },
  )
})

test('the case of ASCII letters and spaces around make no other address', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(normalizeEmailAddress(swapCase(text))).toBe(normalizeEmailAddress(text))
      expect(normalizeEmailAddress(` ${text}\t`)).toBe(normalizeEmailAddress(text))
    }),
    { numRuns: 2000 },
  )
})

test('an accepted address has at most 254 bytes, one @, no control character, and is stable under NFKC', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const address = normalizeEmailAddress(text)
      if (address === undefined) return
      expect(byteLength(address)).toBeLessThanOrEqual(254)
      expect(address.split('@')).toHaveLength(2)
      expect(address).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\s]/u)
      expect(address.isWellFormed()).toBe(true)
      expect(address.normalize('NFKC')).toBe(address)
    }),
    { numRuns: 5000 },
  )
})

const unseen = {
  NUL: '\0',
  'a start of heading': '\u0001',
  'an escape': '\u001b',
  'a delete': '\u007f',
  'a C1 control': '\u0085',
  'a zero-width space': '\u200b',
  'a soft hyphen': '\u00ad',
  'a change of direction': '\u202e',
  'a byte order mark': '\ufeff',
  'half a surrogate pair': '\ud800',
}
for (const [name, character] of Object.entries(unseen)) {
  test(`an address with ${name} in it is none: it looks like another one`, () => {
    expect(normalizeEmailAddress(`a${character}b@example.com`)).toBeUndefined()
  })
}

const accepted: Record<string, string> = {
  'ada@example.com': 'ada@example.com',
  ' ADA@Example.COM\n': 'ada@example.com',
  'ada+tag@example.com': 'ada+tag@example.com',
  "o'brien@example.co.uk": "o'brien@example.co.uk",
  '!#$%&*+-/=?^_`{|}~@example.com': '!#$%&*+-/=?^_`{|}~@example.com',
  'jörg@example.com': 'jörg@example.com',
  'a@xn--bcher-kva.example': 'a@xn--bcher-kva.example',
  [`${'a'.repeat(64)}@example.com`]: `${'a'.repeat(64)}@example.com`,
}
for (const [text, address] of Object.entries(accepted)) {
  test(`${JSON.stringify(text)} is kept as ${address}`, () => expect(normalizeEmailAddress(text)).toBe(address))
}

test('the Kelvin sign, the long s and other letters that only look like ASCII are not folded into it', () => {
  for (const text of [
    '\u212aelvin@example.com',
    'mi\u017fs@example.com',
    'ａda@example.com',
    'ada@example.com\u00a0x',
  ]) {
    expect(normalizeEmailAddress(text)).toBeUndefined()
  }
})

const refused = [
  '',
  '@',
  'ada',
  'ada@',
  '@example.com',
  'ada@example',
  'ada@localhost',
  'ada@@example.com',
  'ada@b@example.com',
  'ada＠example.com',
  '"ada"@example.com',
  '"a b"@example.com',
  'a b@example.com',
  'ada.@example.com',
  '.ada@example.com',
  'a..da@example.com',
  'ada@-example.com',
  'ada@example-.com',
  'ada@exa_mple.com',
  'ada@example..com',
  'ada@.example.com',
  'ada@example.com.',
  'ada@bücher.example',
  'ada@[127.0.0.1]',
  'ada@127.0.0.1',
  'ada@example.com\r\nBcc: eve@example.com',
  'Ada <ada@example.com>',
  'ada@example.com,eve@example.com',
  `${'a'.repeat(65)}@example.com`,
  `${'ü'.repeat(33)}@example.com`,
  `a@${'b'.repeat(64)}.com`,
  `${'a'.repeat(60)}@${'b.'.repeat(100)}example.com`,
]
for (const text of refused) {
  test(`${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)} is no address`, () => {
    expect(normalizeEmailAddress(text)).toBeUndefined()
  })
}

test('254 bytes are an address, 255 are none', () => {
  const labels = ['b', 'c', 'd'].map((letter) => letter.repeat(55)).join('.')
  const ofBytes = (length: number) => `${'a'.repeat(64)}@${labels}.${'e'.repeat(length - 237)}.com`
  expect(byteLength(ofBytes(254))).toBe(254)
  expect(normalizeEmailAddress(ofBytes(254))).toBe(ofBytes(254))
  expect(normalizeEmailAddress(ofBytes(255))).toBeUndefined()
})
