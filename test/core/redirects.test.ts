import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Config, parseConfig } from '#core/config'
import { findRedirect } from '#core/redirects'
import { isPrivateScheme } from '#core/setting-types'
import './fixed-seed'

const configOf = (REDIRECT_ORIGINS: string, BASE_URL = 'https://id.example.com'): Config => {
  const secret = 'a secret of thirty-two bytes or more'
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret, BASE_URL, REDIRECT_ORIGINS })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const origins = ['https://app.example.com', 'https://other.example:8443', 'http://localhost:5173']
const config = configOf([...origins, 'com.example.app:', 'org.example.the-app+x:', 'loopback'].join(','))

const find = (text: string) => findRedirect(config, text)?.href

const allowed: [string, string][] = [
  ['https://app.example.com', 'https://app.example.com/'],
  [
    'https://app.example.com/a/b.html?c=d&e=https%3A%2F%2Fevil.example',
    'https://app.example.com/a/b.html?c=d&e=https%3A%2F%2Fevil.example',
  ],
  ['https://APP.example.com:443/A', 'https://app.example.com/A'],
  ['HTTPS://app.example.com/', 'https://app.example.com/'],
  ['https://other.example:8443/', 'https://other.example:8443/'],
  ['http://localhost:5173/', 'http://localhost:5173/'],
  ['https://id.example.com/signed-in', 'https://id.example.com/signed-in'],
  ['http://127.0.0.1:1/', 'http://127.0.0.1:1/'],
  ['http://127.0.0.1/', 'http://127.0.0.1/'],
  ['http://[::1]:65535/a', 'http://[::1]:65535/a'],
  ['com.example.app:/a?b=c', 'com.example.app:/a?b=c'],
  ['com.example.app://a', 'com.example.app://a'],
  ['COM.Example.App:/a', 'com.example.app:/a'],
  ['org.example.the-app+x:/', 'org.example.the-app+x:/'],
]

test.each(allowed)('%s is where somebody may be sent back to', (text, expected) => {
  expect(find(text)).toBe(expected)
})

const forbidden = [
  '',
  '/',
  '//evil.example',
  '//app.example.com/',
  '/\\evil.example',
  '\\\\app.example.com',
  'https:evil.example',
  'https:app.example.com',
  'https:/app.example.com',
  'https:\\\\app.example.com',
  'https://app.example.com\\.evil.example',
  'https://app.example.com@evil.example',
  'https://evil.example@app.example.com',
  'https://:@app.example.com',
  'https://app.example.com#',
  'https://app.example.com/#a',
  'https://app.example.com/?#',
  'https://app.example.com.evil.example',
  'https://evilapp.example.com',
  'https://sub.app.example.com',
  'https://example.com',
  'https://app.example.com.',
  'https://app.example.com:444',
  'http://app.example.com',
  'https://other.example',
  'https://localhost:5173/',
  'http://localhost:5174/',
  'https://127.0.0.1:1/',
  'http://127.0.0.2/',
  'http://[::2]/',
  'ws://app.example.com/',
  'ftp://app.example.com/',
  'javascript:alert(1)',
  'javascript://app.example.com/%0aalert(1)',
  'data:text/html,x',
  'blob:https://app.example.com/1',
  'filesystem:https://app.example.com/1',
  'com.example.appx:/',
  'xcom.example.app:/',
  'com.example:/',
  'com:/',
  'com.example.app:/#a',
  'https://ａpp.example.com/',
  'https://app。example.com/',
  'https://app.example.com/\u202e',
  'https://app.example.com/\ud800',
  ' https://app.example.com/',
  'https://app.example.com/ ',
  'https://app.example.com/\t',
  'https://app.\texample.com/',
  'ht\ntps://app.example.com/',
  'https://app.example.com/\u007f',
  'https://[::1/',
  'https://',
  'https://app.example.com:99999/',
]

test.each(forbidden)('%j is where nobody is sent back to', (text) => {
  expect(find(text)).toBeUndefined()
})

test('without settings there is no way back but to our own origin', () => {
  const bare = configOf('')
  expect(findRedirect(bare, 'https://id.example.com/a')?.href).toBe('https://id.example.com/a')
  for (const text of ['https://app.example.com/', 'http://127.0.0.1:1/', 'com.example.app:/']) {
    expect(findRedirect(bare, text)).toBeUndefined()
  }
  expect(findRedirect(configOf('', 'http://localhost:3000/below'), 'http://localhost:3000/a')).toBeDefined()
})

/** Pieces that addresses are made of, and those that parsers disagree about. */
const piece = fc.constantFrom(
  ...['https:', 'http:', 'com.example.app:', 'javascript:', '/', '//', '\\', '@', ':', '#', '?', '.', '%2f', '%40'],
  ...['app.example.com', 'evil.example', '127.0.0.1', '[::1]', 'localhost', ':443', ':8443', '\t', '\n', '\r', ' '],
  ...['\u0000', '\u3002', '\uff0f', '\uff20', 'xn--', 'a', '0x7f.1', '2130706433'],
)
const anyAddress = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(piece, { maxLength: 6 }).map((pieces) => `https://app.example.com${pieces.join('')}`),
)

/** Where a browser would go that has this in a `Location` of ours. */
const whereABrowserGoes = (text: string) => new URL(text, 'https://id.example.com/v1/auth/oauth/acme/callback')

const trusted = new Set([...origins, 'https://id.example.com'])
const isTrusted = ({ origin, protocol, hostname }: URL) =>
  trusted.has(origin) ||
  ['com.example.app:', 'org.example.the-app+x:'].includes(protocol) ||
  (protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(hostname))

describe('whatever is asked for', () => {
  test('a browser goes to a place that is allowed, with no user and no fragment, or nobody is sent', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        const found = findRedirect(config, text)
        if (!found) return
        const goal = whereABrowserGoes(found.href)
        expect(goal.href).toBe(found.href)
        expect({ text, isTrusted: isTrusted(goal) }).toEqual({ text, isTrusted: true })
        expect([goal.username, goal.password, goal.hash]).toEqual(['', '', ''])
        expect(found.href).toMatch(/^[!-~]+$/)
        expect(isTrusted(whereABrowserGoes(text))).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('what is found is found again, and stays what it is', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        const found = find(text)
        if (found !== undefined) expect(find(found)).toBe(found)
      }),
      { numRuns: 2000 },
    )
  })

  test('a page of an allowed origin is found, whatever its path and query', () => {
    fc.assert(
      fc.property(fc.constantFrom(...origins), fc.webPath(), fc.webQueryParameters(), (origin, path, query) => {
        const text = `${origin}${path}?${query.replaceAll('@', '')}`.replaceAll('@', '')
        expect(findRedirect(config, text)?.origin).toBe(origin)
      }),
      { numRuns: 500 },
    )
  })

  test('a host that has an allowed one as its end or its beginning is another', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,20}$/), (label) => {
        for (const host of [`${label}app.example.com`, `${label}.app.example.com`, `app.example.com${label}`]) {
          expect(find(`https://${host}/`)).toBeUndefined()
        }
        expect(find(`https://app.example.com.${label}/`)).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })
})

test('a program’s own scheme is the reverse of a domain, and no scheme that browsers act upon', () => {
  for (const text of ['com.example.app:', 'a.b:', 'com.example.app-2:']) expect(isPrivateScheme(text)).toBe(true)
  const browsers = ['javascript:', 'data:', 'https:', 'blob:', 'about:', 'intent:', 'myapp:']
  const malformed = ['com.example.app', 'Com.example:', '.a:', 'a.:', 'a..b:', 'com.example.app:/', 'loopback', '']
  for (const text of [...browsers, ...malformed]) {
    expect({ text, is: isPrivateScheme(text) }).toEqual({ text, is: false })
  }
})
