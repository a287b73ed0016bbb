import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findUnplainTexts, isPlainText, line, toPointer } from '#core/text'
import './fixed-seed'

test('a text is plain unless it has a control character, a line break or a broken one', () => {
  for (const text of ['', 'Ada', 'Jörg 🔑', 'שלום', 'a\u00a0b', "'; drop table", '<script>'])
    expect(isPlainText(text)).toBe(true)
  for (const text of [
    '\0',
    'a\nb',
    'a\r',
    '\t',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\ufffd',
    '\ud800',
    '\udc00a',
  ]) {
    expect(isPlainText(text)).toBe(false)
  }
})

test('a plain text survives UTF-8 unchanged and stays one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (!isPlainText(text)) return
      expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text.replace(/^\ufeff/, ''))
      expect(text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)).toHaveLength(1)
    }),
  )
})

/** RFC 6901, section 4, read back. */
const follow = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((member, key) => Object.entries(Object(member)).find(([name]) => name === key)?.[1], value)

test('the pointers of RFC 6901 are written as it does', () => {
  expect(toPointer([])).toBe('')
  expect(toPointer(['foo', 0])).toBe('/foo/0')
  expect(toPointer([''])).toBe('/')
  expect(toPointer(['a/b'])).toBe('/a~1b')
  expect(toPointer(['m~n'])).toBe('/m~0n')
  expect(toPointer(['~1', 'c%d', 'k"l', ' '])).toBe('/~01/c%d/k"l/ ')
})

test('a pointer leads back to where it was taken, whatever the keys are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 0 }), { maxLength: 5 }), (path) => {
      const value = path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), 'found')
      expect(follow(value, toPointer(path))).toBe('found')
    }),
  )
})

test('each text and key of a JSON value that is not plain is pointed at, and no other', () => {
  expect(findUnplainTexts({ name: 'Ada', bio: 'a\0b', list: ['x', { 'y/z': '\n' }], n: 1, no: null })).toEqual([
    '/bio',
    '/list/1/y~1z',
  ])
  expect(findUnplainTexts({ outer: { 'a\nb': 1 } })).toEqual(['/outer'])
  expect(findUnplainTexts('\0')).toEqual([''])
})

test('looking through a JSON value never throws, and finds nothing where all is plain', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const plain = !/\\u00[01]|\\[bfnrt]|[\u007f-\u009f\u2028\u2029\ufffd]|\\ud[89a-f]/i.test(JSON.stringify(value))
      if (plain) expect(findUnplainTexts(value)).toEqual([])
      else expect(findUnplainTexts(value)).not.toEqual([])
    }),
  )
})

test('a line is trimmed, not empty and not too long', () => {
  expect(line(3).parse(' Ada ')).toBe('Ada')
  for (const text of ['', '   ', 'Adas']) expect(line(3).safeParse(text).success).toBe(false)
})
