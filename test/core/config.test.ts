import { expect, test } from 'bun:test'
import { type Config, parseConfig, settings } from '#core/config'

const secret = 'a secret of thirty-two bytes or more'

const faultsOf = (environment: Record<string, unknown>): string[] => {
  const parsed = parseConfig(environment)
  return parsed.ok ? [] : parsed.faults
}

const configOf = (environment: Record<string, unknown>): Config => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret, ...environment })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const names = (faults: string[]) => faults.map((fault) => fault.slice(0, fault.indexOf(':'))).toSorted()

test('outside production a secret is enough; everything else has this default', () => {
  expect(configOf({ ENVIRONMENT: 'development' })).toEqual({
    ENVIRONMENT: 'development',
    PORT: 3000,
    BASE_URL: 'http://localhost:3000',
    SECRET: [secret],
    DATABASE_PREPARE: 'on',
    DATABASE_TIMEOUT_SECONDS: 5,
    DATA_DIRECTORY: '.data',
    EMAIL_FROM: 'Postern <postern@localhost>',
    EMAIL_VERIFICATION: 'required',
    PAGES_URL: 'http://localhost:3000',
    BREACH_CHECK: 'off',
    BREACH_CHECK_URL: 'https://api.pwnedpasswords.com',
    REFUSAL_MILLISECONDS: 0,
    DRAIN_SECONDS: 0,
    WORK_JOBS: 'on',
    JOB_CONCURRENCY: 10,
    EXPORT_SECONDS: 259_200,
    ERASURE_GRACE_SECONDS: 2_592_000,
    ACCESS_TOKEN_SECONDS: 900,
    ACCESS_TOKEN_JITTER_PERCENT: 10,
    REFRESH_TOKEN_SECONDS: 604_800,
    SESSION_SECONDS: 2_592_000,
    ACTIVITY_RETENTION_SECONDS: 31_536_000,
    KEY_REVOCATION_SECONDS: 10,
    SIGNING_ALGORITHM: 'EdDSA',
    TRUSTED_PROXY: { kind: 'none' },
    RATE_LIMITS: 'on',
    RATE_LIMIT_OVERRIDES: {},
    REDIS_TIMEOUT_MILLISECONDS: 500,
    REDIS_OUTAGE: 'closed',
    LOCKOUT_FAILURES: 5,
    LOCKOUT_SECONDS: 1800,
    LOCKOUT_DELAY_MILLISECONDS: 250,
    LOCKOUT_NETWORK_FAILURES: 100,
    CORS_ORIGINS: [],
    OUTSIDE_ALLOWED_HOSTS: [],
    CAPTCHA_PROVIDER: 'off',
    CAPTCHA_AFTER_FAILURES: 3,
    CAPTCHA_OUTAGE: 'open',
    APP_NAME: 'Postern',
    MFA_POLICY: 'optional',
    MFA_REQUIRED_ROLES: ['admin'],
    APPLICATION_PERMISSIONS: [],
    ...{ MFA_GRACE_SECONDS: 604_800, TRUSTED_DEVICE_SECONDS: 2_592_000 },
    WEBAUTHN_RP_ID: 'localhost',
    WEBAUTHN_ORIGINS: ['http://localhost:3000'],
    REDIRECT_ORIGINS: [],
    ...{ S3_REGION: 'auto', BLOB_TIMEOUT_SECONDS: 10 },
    PROVIDER_TIMEOUT_SECONDS: 5,
    OAUTH: {},
    LOG_LEVEL: 'info',
    ...{ LOG_FILE_MEGABYTES: 100, LOG_FILE_COUNT: 5, METRICS: 'on', EXPLANATIONS: 'on' },
    ...{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: 0.1, OTEL_SERVICE_NAME: 'postern' },
  })
})

test('an empty environment is production’s, and is refused', () => {
  expect(names(faultsOf({}))).toContain('SECRET')
  expect(names(faultsOf({ SECRET: secret }))).toEqual([
    'BASE_URL',
    'DATABASE_URL',
    'RESEND_API_KEY',
    'UPSTASH_REDIS_REST_URL',
  ])
})

const production = {
  SECRET: secret,
  BASE_URL: 'https://id.example.com',
  DATABASE_URL: 'postgres://postern@db.example.com/postern',
  RESEND_API_KEY: 're_key',
  REDIS_URL: 'rediss://redis.example.com',
}

test('production starts with an address, a database, a mail provider, a Redis and a secret', () => {
  expect(faultsOf(production)).toEqual([])
})

for (const name of Object.keys(production)) {
  test(`production does not start without ${name}, nor with an empty one`, () => {
    const told = name === 'REDIS_URL' ? 'UPSTASH_REDIS_REST_URL' : name
    expect(names(faultsOf({ ...production, [name]: undefined }))).toEqual([told])
    expect(names(faultsOf({ ...production, [name]: '' }))).toEqual([told])
  })
}

test('production refuses to run without limits and without https', () => {
  const exposed = { ...production, RATE_LIMITS: 'off', BASE_URL: 'http://id.example.com' }
  expect(names(faultsOf(exposed))).toEqual(['BASE_URL', 'RATE_LIMITS'])
  expect(faultsOf({ ...production, BASE_URL: 'http://localhost:3000' })).toEqual([])
})

test('all faults are told at once, those of production among them', () => {
  const faults = faultsOf({ PORT: '70000', SECRET: 'short', LOG_LEVEL: 'loud', RATE_LIMITS: 'off' })
  expect(names(faults)).toEqual([
    ...['BASE_URL', 'DATABASE_URL', 'LOG_LEVEL', 'PORT', 'RATE_LIMITS', 'RESEND_API_KEY', 'SECRET'],
    'UPSTASH_REDIS_REST_URL',
  ])
})

test('an empty variable counts as absent', () => {
  const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
  expect(configOf({ ...empty, ENVIRONMENT: 'test', SECRET: secret })).toEqual(configOf({}))
})

test('the versions of SECRET are separated by commas, newest first, and each has 32 bytes or more', () => {
  const other = 'another secret that is long enough'
  expect(configOf({ SECRET: `${secret}, ${other}` }).SECRET).toEqual([secret, other])
  expect(names(faultsOf({ ...production, SECRET: `${secret},short` }))).toEqual(['SECRET'])
  expect(names(faultsOf({ ...production, SECRET: `${secret},` }))).toEqual(['SECRET'])
  expect(names(faultsOf({ ...production, SECRET: 'x'.repeat(31) }))).toEqual(['SECRET'])
  expect(configOf({ SECRET: 'ü'.repeat(16) }).SECRET).toEqual(['ü'.repeat(16)])
})

test('the public address loses a slash at its end, and follows the port when nobody gives one', () => {
  expect(configOf({ BASE_URL: 'https://id.example.com/' }).BASE_URL).toBe('https://id.example.com')
  expect(configOf({ PORT: '8080' }).BASE_URL).toBe('http://localhost:8080')
})

const bad: Record<string, string[]> = {
  ENVIRONMENT: ['staging', 'Production'],
  PORT: ['-1', '65536', '80.5', 'http', 'NaN', 'Infinity'],
  BASE_URL: ['id.example.com', 'ftp://id.example.com', 'javascript:alert(1)', '//id.example.com'],
  DATABASE_URL: ['mysql://localhost/x', 'localhost:5432'],
  DATABASE_PREPARE: ['true'],
  DATABASE_TIMEOUT_SECONDS: ['0', '-5', '1.5', 'five'],
  RESEND_BASE_URL: ['mail.example.com'],
  EMAIL_VERIFICATION: ['no'],
  ACCESS_TOKEN_SECONDS: ['0', '15m'],
  ACCESS_TOKEN_JITTER_PERCENT: ['-1', '51', '2.5'],
  REFRESH_TOKEN_SECONDS: ['0'],
  SESSION_SECONDS: ['0'],
  KEY_REVOCATION_SECONDS: ['0', '301', '10s'],
  SIGNING_ALGORITHM: ['HS256', 'none', 'RS256'],
  RATE_LIMITS: ['maybe'],
  LOG_LEVEL: ['silent'],
}
for (const [name, values] of Object.entries(bad)) {
  test(`${name} is refused when it is ${values.join(' or ')}`, () => {
    for (const value of values)
      expect(names(faultsOf({ ENVIRONMENT: 'test', SECRET: secret, [name]: value }))).toEqual([name])
  })
}

test('an issuer has no credentials, query or fragment (RFC 8414, section 2), so the public address has none', () => {
  const refused = ['https://u:p@id.example.com', 'https://id.example.com/?a=1', 'https://id.example.com/#b']
  for (const BASE_URL of refused) expect(names(faultsOf({ ...production, BASE_URL }))).toEqual(['BASE_URL'])
})

test('a duration that no date can hold is refused at the start, and not by the database later', () => {
  const durations = ['ACCESS_TOKEN_SECONDS', 'REFRESH_TOKEN_SECONDS', 'SESSION_SECONDS', 'DATABASE_TIMEOUT_SECONDS']
  for (const name of durations)
    expect(names(faultsOf({ ...production, [name]: String(Number.MAX_SAFE_INTEGER) }))).toEqual([name])
})

test('what is not a setting of ours is not read', () =>
  expect(configOf({ PATH: '/bin', SECRET_KEY: 'x', HYPERDRIVE: {} })).toEqual(configOf({})))
