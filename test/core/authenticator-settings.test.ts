import { expect, test } from 'bun:test'
import { type Config, parseConfig } from '#core/config'

const base = { ENVIRONMENT: 'test', SECRET: 'a secret of thirty-two bytes or more' }

const parse = (environment: Record<string, unknown>) => parseConfig({ ...base, ...environment })

const configOf = (environment: Record<string, unknown>): Config => {
  const parsed = parse(environment)
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

const faultsOf = (environment: Record<string, unknown>): string[] => {
  const parsed = parse(environment)
  return parsed.ok ? [] : parsed.faults.map((fault) => fault.slice(0, fault.indexOf(':')))
}

test('passkeys belong to the domain of the public address, and work on its pages, unless said otherwise', () => {
  expect(configOf({ BASE_URL: 'https://id.example.com:8443/postern' })).toMatchObject({
    WEBAUTHN_RP_ID: 'id.example.com',
    WEBAUTHN_ORIGINS: ['https://id.example.com:8443'],
  })
  const said = { WEBAUTHN_RP_ID: 'example.com', WEBAUTHN_ORIGINS: 'https://app.example.com, https://example.org' }
  expect(configOf({ BASE_URL: 'https://id.example.com', ...said })).toMatchObject({
    WEBAUTHN_RP_ID: 'example.com',
    WEBAUTHN_ORIGINS: ['https://app.example.com', 'https://example.org'],
  })
})

test('an origin of passkeys has a secure scheme in production', () => {
  const production = {
    ENVIRONMENT: 'production',
    BASE_URL: 'https://id.example.com',
    DATABASE_URL: 'postgres://postern@db.example.com/postern',
    RESEND_API_KEY: 're_key',
    REDIS_URL: 'rediss://redis.example.com',
  }
  expect(faultsOf({ ...production, WEBAUTHN_ORIGINS: 'https://app.example.com' })).toEqual([])
  expect(faultsOf({ ...production, WEBAUTHN_ORIGINS: 'http://app.example.com' })).toEqual(['WEBAUTHN_ORIGINS'])
})

test('roles that must have a second factor are a list; an empty variable is none set, and spaces are no role', () => {
  expect(configOf({ MFA_REQUIRED_ROLES: 'admin, support ,' }).MFA_REQUIRED_ROLES).toEqual(['admin', 'support'])
  expect(configOf({ MFA_REQUIRED_ROLES: '' }).MFA_REQUIRED_ROLES).toEqual(['admin'])
  expect(configOf({ MFA_REQUIRED_ROLES: ',' }).MFA_REQUIRED_ROLES).toEqual([])
})

test('nobody need be let in without a second factor, and no device be trusted', () => {
  const none = { MFA_GRACE_SECONDS: '0', TRUSTED_DEVICE_SECONDS: '0' }
  expect(configOf(none)).toMatchObject({ MFA_GRACE_SECONDS: 0, TRUSTED_DEVICE_SECONDS: 0 })
})

const bad: Record<string, string[]> = {
  APP_NAME: [' ', 'x'.repeat(65)],
  MFA_POLICY: ['on', 'Required'],
  MFA_GRACE_SECONDS: ['-1', '7d', '31536001'],
  TRUSTED_DEVICE_SECONDS: ['-1', '1.5', '7776001'],
  WEBAUTHN_RP_ID: ['https://example.com', 'example.com:443', 'example.com.', 'Example.com', '*.example.com', '[::1]'],
  WEBAUTHN_ORIGINS: ['app.example.com', 'https://app.example.com/log-in', 'https://*.example.com', 'null'],
}
for (const [name, values] of Object.entries(bad)) {
  test(`${name} is refused when it is “${values.map((value) => value.slice(0, 40)).join('” or “')}”`, () => {
    for (const value of values)
      expect({ value, faults: faultsOf({ [name]: value }) }).toEqual({ value, faults: [name] })
  })
}
