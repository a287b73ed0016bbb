import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseConfig } from '#core/config'
import { readProviders } from '#core/provider-settings'
import './fixed-seed'

const google = { OAUTH_GOOGLE_CLIENT_ID: 'id', OAUTH_GOOGLE_CLIENT_SECRET: 'secret' }
const acme = {
  OAUTH_ACME_CLIENT_ID: 'id',
  OAUTH_ACME_CLIENT_SECRET: 'secret',
  OAUTH_ACME_ISSUER: 'https://login.acme.example',
}

const production = {
  SECRET: 'a secret of thirty-two bytes or more',
  BASE_URL: 'https://id.example.com',
  DATABASE_URL: 'postgres://postern@db.example.com/postern',
  RESEND_API_KEY: 're_key',
  REDIS_URL: 'rediss://redis.example.com',
}

const faultsOf = (environment: Record<string, unknown>): string[] => {
  const parsed = parseConfig(environment)
  return parsed.ok ? [] : parsed.faults
}
const names = (faults: string[]) => [...new Set(faults.map((fault) => fault.slice(0, fault.indexOf(':'))))].toSorted()

test('a provider is its client and its secret, by its id in lower case', () => {
  expect(readProviders({ ...google, PATH: '/bin', OAUTH: 'x' })).toEqual({
    providers: { google: { clientId: 'id', clientSecret: 'secret' } },
    faults: [],
  })
})

test('all of its settings are read, and the clients that are apps are a list', () => {
  const more = { OAUTH_ACME_NAME: 'Acme Inc.', OAUTH_ACME_NATIVE_CLIENT_IDS: ' ios , android,' }
  expect(readProviders({ ...google, ...acme, ...more }).providers).toEqual({
    google: { clientId: 'id', clientSecret: 'secret' },
    acme: {
      clientId: 'id',
      clientSecret: 'secret',
      issuer: 'https://login.acme.example',
      name: 'Acme Inc.',
      nativeClientIds: ['ios', 'android'],
    },
  })
})

test('an empty variable counts as absent, and none at all is no provider', () => {
  const empty = Object.fromEntries(Object.keys({ ...acme, ...google }).map((name) => [name, '']))
  expect(readProviders(empty)).toEqual({ providers: {}, faults: [] })
  expect(readProviders({})).toEqual({ providers: {}, faults: [] })
})

const faulty: [string, Record<string, unknown>, string[]][] = [
  ['no secret', { OAUTH_GOOGLE_CLIENT_ID: 'id' }, ['OAUTH_GOOGLE_CLIENT_SECRET']],
  ['an empty secret', { ...google, OAUTH_GOOGLE_CLIENT_SECRET: '' }, ['OAUTH_GOOGLE_CLIENT_SECRET']],
  ['no client', { OAUTH_GOOGLE_CLIENT_SECRET: 'secret' }, ['OAUTH_GOOGLE_CLIENT_ID']],
  [
    'only an issuer',
    { OAUTH_ACME_ISSUER: 'https://acme.example' },
    ['OAUTH_ACME_CLIENT_ID', 'OAUTH_ACME_CLIENT_SECRET'],
  ],
  ['a setting that is none', { ...google, OAUTH_GOOGLE_CLIENT: 'id' }, ['OAUTH_GOOGLE_CLIENT']],
  ['a setting that every object has', { ...google, OAUTH_GOOGLE_CONSTRUCTOR: 'x' }, ['OAUTH_GOOGLE_CONSTRUCTOR']],
  ['an issuer that is no address', { ...acme, OAUTH_ACME_ISSUER: 'login.acme.example' }, ['OAUTH_ACME_ISSUER']],
  ['an issuer of another scheme', { ...acme, OAUTH_ACME_ISSUER: 'ftp://acme.example' }, ['OAUTH_ACME_ISSUER']],
  ['an issuer with a user', { ...acme, OAUTH_ACME_ISSUER: 'https://a:b@acme.example' }, ['OAUTH_ACME_ISSUER']],
  ['an issuer with a query', { ...acme, OAUTH_ACME_ISSUER: 'https://acme.example/?a=1' }, ['OAUTH_ACME_ISSUER']],
  ['an issuer with a fragment', { ...acme, OAUTH_ACME_ISSUER: 'https://acme.example/#a' }, ['OAUTH_ACME_ISSUER']],
]

test.each(faulty)('the start is refused with %s', (_, environment, expected) => {
  expect(names(faultsOf({ ...production, ...environment }))).toEqual(expected)
})

test('a provider that we know nothing of needs an issuer', () => {
  const { OAUTH_ACME_ISSUER: _, ...without } = acme
  expect(names(faultsOf({ ...production, ...without }))).toEqual(['OAUTH_ACME_ISSUER'])
  expect(faultsOf({ ...production, ...google })).toEqual([])
})

test('an issuer is https in production, but on this machine, and may be http elsewhere', () => {
  const exposed = { ...acme, OAUTH_ACME_ISSUER: 'http://login.acme.example' }
  expect(faultsOf({ ...production, ...exposed })).toEqual(['OAUTH_ACME_ISSUER: must be https in production'])
  expect(faultsOf({ ...production, ...exposed, ENVIRONMENT: 'test' })).toEqual([])
  expect(faultsOf({ ...production, ...acme })).toEqual([])
})

test('programs of their own may be sent back to in production, pages only by https', () => {
  const start = (REDIRECT_ORIGINS: string) => names(faultsOf({ ...production, REDIRECT_ORIGINS }))
  expect(start('https://app.example.com,com.example.app:,loopback')).toEqual([])
  expect(start('http://app.example.com')).toEqual(['REDIRECT_ORIGINS'])
  expect(start('http://localhost:5173')).toEqual([])
})

test.each([
  'app.example.com',
  'https://app.example.com/',
  'https://*.example.com',
  'myapp:',
  'javascript:',
  'null',
  '*',
])('REDIRECT_ORIGINS is refused when it has %s', (text) => {
  const parts = { ...production, REDIRECT_ORIGINS: `https://app.example.com,${text}` }
  expect(names(faultsOf(parts))).toEqual(['REDIRECT_ORIGINS'])
})

test('no environment makes the reading throw, and no fault repeats a value', () => {
  const name = fc.stringMatching(/^OAUTH_[A-Z0-9_]{0,20}(CLIENT_ID|CLIENT_SECRET|ISSUER|NAME|X)$/)
  const value = fc.string({ minLength: 8 }).map((text) => `~${text}~`)
  fc.assert(
    fc.property(fc.dictionary(name, value), (environment) => {
      const { providers, faults } = readProviders(environment)
      for (const text of Object.values(environment)) expect(faults.join('\n')).not.toContain(text)
      for (const id of Object.keys(providers)) expect(id).toMatch(/^[a-z][a-z0-9]{0,31}$/)
    }),
  )
})
