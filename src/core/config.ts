import type * as z from 'zod'
import { type ProviderSettings, readProviders } from './provider-settings'
import { isPrivateScheme, splitList } from './setting-types'
import { Settings } from './settings'

/** What reaching the database takes: all that a migration needs. */
export const DatabaseConfig = Settings.pick({
  DATABASE_URL: true,
  DATABASE_PREPARE: true,
  DATABASE_TIMEOUT_SECONDS: true,
  DATA_DIRECTORY: true,
})
export type DatabaseConfig = z.output<typeof DatabaseConfig>

const withBases = (baseUrl: string, pagesUrl: string | undefined) => ({
  BASE_URL: baseUrl,
  PAGES_URL: pagesUrl ?? baseUrl,
})

/** Whose passkeys they are, and on which pages they work: unless said, those of the public address. */
const withRelyingParty = (baseUrl: string, relyingPartyId: string | undefined, origins: string[]) => ({
  WEBAUTHN_RP_ID: relyingPartyId ?? new URL(baseUrl).hostname,
  WEBAUTHN_ORIGINS: origins.length > 0 ? origins : [new URL(baseUrl).origin],
})

/** The environment, checked. */
export const Config = Settings.transform((settings) => {
  const baseUrl = settings.BASE_URL ?? `http://localhost:${settings.PORT}`
  return {
    ...settings,
    ...withBases(baseUrl, settings.PAGES_URL),
    ...withRelyingParty(baseUrl, settings.WEBAUTHN_RP_ID, settings.WEBAUTHN_ORIGINS),
  }
})

/** The settings, and the providers that log-ins may be made with. */
export type Config = z.output<typeof Config> & { OAUTH: Record<string, ProviderSettings> }

/** What a setting means and falls back to, by name: the source of docs/configuration.md. */
export const settings = Settings.shape

/** Settings that have no safe default outside development. */
const requiredInProduction = ['BASE_URL', 'DATABASE_URL'] as const

/** Secrets travel there, or are asked for there; or people agree to what they read there. */
const secureInProduction = [
  'BASE_URL',
  'PAGES_URL',
  'RESEND_BASE_URL',
  'BREACH_CHECK_URL',
  'UPSTASH_REDIS_REST_URL',
  'CAPTCHA_URL',
  'TERMS_URL',
  'PRIVACY_URL',
  'S3_ENDPOINT',
  'DNS_OVER_HTTPS_URL',
  'SENTRY_DSN',
  'AUDIT_WEBHOOK_URL',
] as const

const isExposed = (url: unknown) => {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol !== 'https:' && !isPrivateScheme(protocol) && hostname !== 'localhost' && hostname !== '127.0.0.1'
}

/** The keys that Turnstile and hCaptcha publish for tests. */
const isDummy = (secret: unknown) => /^(?:[123]x|0x)0{10}/.test(String(secret))

type Present = Partial<Record<string, unknown>>

/** Settings that mean nothing without each other. */
const together = [
  ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'],
  ['UPSTASH_REDIS_REST_TOKEN', 'UPSTASH_REDIS_REST_URL'],
  ['AUDIT_WEBHOOK_URL', 'AUDIT_WEBHOOK_SECRET'],
  ['AUDIT_WEBHOOK_SECRET', 'AUDIT_WEBHOOK_URL'],
  ['TERMS_VERSION', 'TERMS_URL'],
  ['TERMS_URL', 'TERMS_VERSION'],
  ['PRIVACY_VERSION', 'PRIVACY_URL'],
  ['PRIVACY_URL', 'PRIVACY_VERSION'],
  ['S3_ENDPOINT', 'S3_BUCKET'],
  ['S3_ENDPOINT', 'S3_ACCESS_KEY_ID'],
  ['S3_ENDPOINT', 'S3_SECRET_ACCESS_KEY'],
  ['S3_BUCKET', 'S3_ENDPOINT'],
] as const

/** What settings say to each other, whatever the environment. */
const findContradictions = (present: Present): string[] => {
  const has = (name: keyof typeof settings) => present[name] !== undefined
  const asksForCaptcha = has('CAPTCHA_PROVIDER') && present.CAPTCHA_PROVIDER !== 'off'
  const missing = [
    ...together.filter(([given, needed]) => has(given) && !has(needed)),
    ...(['CAPTCHA_SECRET', 'CAPTCHA_SITE_KEY'] as const)
      .filter((needed) => asksForCaptcha && !has(needed))
      .map((needed) => ['CAPTCHA_PROVIDER', needed] as const),
  ]
  return [
    ...missing.map(([given, needed]) => `${needed}: is required with ${given}`),
    ...(has('REDIS_URL') && has('UPSTASH_REDIS_REST_URL')
      ? ['REDIS_URL: set either this or UPSTASH_REDIS_REST_URL']
      : []),
  ]
}

/** What production refuses, told beside every other fault and not only when there is none. */
const findProductionFaults = (present: Present): string[] => {
  const { ENVIRONMENT = 'production', RATE_LIMITS, RESEND_API_KEY, SMTP_URL } = present
  if (ENVIRONMENT !== 'production') return []
  const missing = requiredInProduction.filter((name) => present[name] === undefined)
  const exposed = secureInProduction.filter((name) => isExposed(present[name]))
  const pages = (['CORS_ORIGINS', 'REDIRECT_ORIGINS', 'WEBAUTHN_ORIGINS'] as const).filter((name) =>
    splitList(String(present[name] ?? '')).some(isExposed),
  )
  const hasRedis = present.UPSTASH_REDIS_REST_URL !== undefined || present.REDIS_URL !== undefined
  return [
    ...missing.map((name) => `${name}: is required in production`),
    ...(RESEND_API_KEY === undefined && SMTP_URL === undefined ? ['RESEND_API_KEY: is required in production'] : []),
    ...(RESEND_API_KEY !== undefined && SMTP_URL !== undefined ? ['SMTP_URL: set either this or RESEND_API_KEY'] : []),
    ...(hasRedis ? [] : ['UPSTASH_REDIS_REST_URL: is required in production, or REDIS_URL on Bun']),
    ...(RATE_LIMITS === 'off' ? ['RATE_LIMITS: can’t be off in production'] : []),
    ...(present.OUTSIDE_ALLOWED_HOSTS === undefined
      ? []
      : ['OUTSIDE_ALLOWED_HOSTS: can’t be set in production, where nothing inside may be called']),
    ...(isDummy(present.CAPTCHA_SECRET)
      ? ['CAPTCHA_SECRET: is the provider’s test key, which lets everybody pass']
      : []),
    ...exposed.map((name) => `${name}: must be https in production`),
    ...pages.map((name) => `${name}: must be https in production`),
  ]
}

/** What an issuer answers decides who somebody is. */
const findExposedIssuers = ({ ENVIRONMENT = 'production' }: Present, providers: Record<string, ProviderSettings>) =>
  Object.entries(providers)
    .filter(([, { issuer }]) => ENVIRONMENT === 'production' && isExposed(issuer))
    .map(([id]) => `OAUTH_${id.toUpperCase()}_ISSUER: must be https in production`)

/** The settings that an environment has; empty variables count as absent. */
const findPresent = (environment: Record<string, unknown>): Present =>
  Object.fromEntries(
    Object.keys(Settings.shape)
      .map((name) => [name, environment[name]])
      .filter(([, value]) => value !== undefined && value !== ''),
  )

/** One line for each fault. It never repeats the value: it may be a secret. */
const describeIssues = (issues: z.core.$ZodIssue[], present: Present): string[] =>
  issues.map(({ path: [name = ''], message }) =>
    present[String(name)] === undefined ? `${String(name)}: is required` : `${String(name)}: ${message}`,
  )

export type Parsed<Value> = { ok: true; config: Value } | { ok: false; faults: string[] }

/** Reads what a migration needs of an environment. */
export const parseDatabaseConfig = (environment: Record<string, unknown>): Parsed<DatabaseConfig> => {
  const present = findPresent(environment)
  const parsed = DatabaseConfig.safeParse(present)
  return parsed.success
    ? { ok: true, config: parsed.data }
    : { ok: false, faults: describeIssues(parsed.error.issues, present) }
}

/** Reads an environment. */
export const parseConfig = (environment: Record<string, unknown>): Parsed<Config> => {
  const present = findPresent(environment)
  const parsed = Config.safeParse(present)
  const { providers, faults: providerFaults } = readProviders(environment)
  const faults = parsed.success ? [] : describeIssues(parsed.error.issues, present)
  const all = [
    ...faults,
    ...findContradictions(present),
    ...findProductionFaults(present),
    ...providerFaults,
    ...findExposedIssuers(present, providers),
  ]
  if (!parsed.success || all.length > 0) return { ok: false, faults: all }
  return { ok: true, config: { ...parsed.data, OAUTH: providers } }
}
