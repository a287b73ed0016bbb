import { expect, test } from 'bun:test'
import { type Config, parseConfig } from '#core/config'

const production = {
  SECRET: 'a secret of thirty-two bytes or more',
  BASE_URL: 'https://id.example.com',
  DATABASE_URL: 'postgres://postern@db.example.com/postern',
  RESEND_API_KEY: 're_key',
  REDIS_URL: 'rediss://redis.example.com',
}
const upstash = { UPSTASH_REDIS_REST_URL: 'https://upstash.example.com', UPSTASH_REDIS_REST_TOKEN: 'token' }
const challenges = { CAPTCHA_PROVIDER: 'turnstile', CAPTCHA_SECRET: 'secret', CAPTCHA_SITE_KEY: 'key' }

/** The names of settings with a fault. */
const faultyOf = (changes: Record<string, string | undefined>): string[] => {
  const parsed = parseConfig({ ...production, ...changes })
  return parsed.ok ? [] : [...new Set(parsed.faults.map((fault) => fault.slice(0, fault.indexOf(':'))))]
}

const configOf = (changes: Record<string, string>): Config => {
  const parsed = parseConfig({ ...production, ...changes })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const bad: Record<string, string[]> = {
  TRUSTED_PROXY: ['all', 'hops:0', 'hops:-1', 'hops:100', 'hops:', 'cidr:', 'cidr:10.0.0.0/33', 'cidr:0.0.0.0/0'],
  RATE_LIMIT_OVERRIDES: ['address', 'address=0/60', 'address=1/0', 'addresses=1/60', 'address=1/60,x', 'toString=1/60'],
  REDIS_TIMEOUT_MILLISECONDS: ['9', '10001', 'soon'],
  REDIS_OUTAGE: ['open'],
  LOCKOUT_FAILURES: ['0', '101'],
  LOCKOUT_SECONDS: ['0', '604801'],
  LOCKOUT_DELAY_MILLISECONDS: ['-1', '4001'],
  LOCKOUT_NETWORK_FAILURES: ['0'],
  CORS_ORIGINS: [
    ...[
      '*',
      'null',
      'app.example.com',
      '//app.example.com',
      'https://app.example.com/',
      'https://app.example.com/path',
    ],
    ...[
      'https://App.example.com',
      'https://app.example.com:443',
      'https://user@app.example.com',
      'https://*.example.com',
    ],
    ...['file:///app', 'https://app.example.com https://other.example.com'],
  ],
  CAPTCHA_AFTER_FAILURES: ['0', '101'],
  CAPTCHA_OUTAGE: ['local'],
  OPERATOR_TOKEN: ['x'.repeat(31)],
}
for (const [name, values] of Object.entries(bad)) {
  test(`${name} is refused when it is ${values.join(' or ')}`, () => {
    for (const value of values) expect(faultyOf({ [name]: value }), value).toEqual([name])
  })
}

test('settings that mean nothing without each other are asked for together', () => {
  expect(faultyOf({ ...upstash, REDIS_URL: undefined })).toEqual([])
  expect(faultyOf({ ...upstash, REDIS_URL: undefined, UPSTASH_REDIS_REST_TOKEN: undefined })).toEqual([
    'UPSTASH_REDIS_REST_TOKEN',
  ])
  expect(faultyOf({ UPSTASH_REDIS_REST_TOKEN: 'token' })).toEqual(['UPSTASH_REDIS_REST_URL'])
  expect(faultyOf(upstash)).toEqual(['REDIS_URL'])
  expect(faultyOf(challenges)).toEqual([])
  expect(faultyOf({ ...challenges, CAPTCHA_SECRET: undefined, CAPTCHA_SITE_KEY: '' })).toEqual([
    'CAPTCHA_SECRET',
    'CAPTCHA_SITE_KEY',
  ])
  expect(faultyOf({ CAPTCHA_PROVIDER: 'off' })).toEqual([])
})

test('in production secrets are sent, and pages that may read answers come, over https only', () => {
  const insecure = 'http://example.com'
  expect(faultyOf({ ...upstash, REDIS_URL: undefined, UPSTASH_REDIS_REST_URL: insecure })).toEqual([
    'UPSTASH_REDIS_REST_URL',
  ])
  expect(faultyOf({ ...challenges, CAPTCHA_URL: insecure })).toEqual(['CAPTCHA_URL'])
  expect(faultyOf({ CORS_ORIGINS: `https://app.example.com,${insecure}` })).toEqual(['CORS_ORIGINS'])
  expect(faultyOf({ CORS_ORIGINS: 'http://localhost:5173' })).toEqual([])
  expect(faultyOf({ CORS_ORIGINS: insecure, ENVIRONMENT: 'test' })).toEqual([])
})

test('a fault of what may hold a secret repeats nothing of it', () => {
  const told = parseConfig({
    ...production,
    ...{ REDIS_URL: 'http://:hunter2@redis', UPSTASH_REDIS_REST_URL: 'https://u:hunter2@x', OPERATOR_TOKEN: 'hunter2' },
    ...{ CORS_ORIGINS: 'https://hunter2', RATE_LIMIT_OVERRIDES: 'hunter2', TRUSTED_PROXY: 'hunter2' },
  })
  expect(told.ok).toBe(false)
  expect(JSON.stringify(told)).not.toContain('hunter2@')
  expect(JSON.stringify(told)).not.toContain('hunter2"')
})

test('lists are separated by commas, with blanks or without', () => {
  const { CORS_ORIGINS, RATE_LIMIT_OVERRIDES, TRUSTED_PROXY } = configOf({
    CORS_ORIGINS: 'https://app.example.com, https://admin.example.com:8443,',
    RATE_LIMIT_OVERRIDES: 'address=600/60, logIn=20/30',
    TRUSTED_PROXY: 'cidr:10.0.0.0/8, fd00::/8',
  })
  expect(CORS_ORIGINS).toEqual(['https://app.example.com', 'https://admin.example.com:8443'])
  expect(RATE_LIMIT_OVERRIDES).toEqual({
    address: { limit: 600, windowSeconds: 60 },
    logIn: { limit: 20, windowSeconds: 30 },
  })
  expect(TRUSTED_PROXY).toEqual({ kind: 'networks', networks: ['10.0.0.0/8', 'fd00::/8'] })
  expect(configOf({ TRUSTED_PROXY: 'hops:2' }).TRUSTED_PROXY).toEqual({ kind: 'hops', hops: 2 })
})

test('production refuses the keys with which a provider lets every test pass', () => {
  for (const CAPTCHA_SECRET of [
    '1x0000000000000000000000000000000AA',
    '2x0000000000000000000000000000000AA',
    '3x0000000000000000000000000000000AA',
    '0x0000000000000000000000000000000000000000',
  ]) {
    const challenge = { CAPTCHA_PROVIDER: 'turnstile', CAPTCHA_SITE_KEY: 'key', CAPTCHA_SECRET }
    expect(faultyOf(challenge)).toEqual(['CAPTCHA_SECRET'])
    expect(faultyOf({ ...challenge, ENVIRONMENT: 'test' })).toEqual([])
  }
})
