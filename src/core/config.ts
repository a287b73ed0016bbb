import * as z from 'zod'

const minimumSecretBytes = 32

const byteLength = (text: string) => new TextEncoder().encode(text).length

/** Ten years: longer than anything here should live, and well within what dates and timers can say. */
const mostSeconds = 315_360_000

const seconds = (fallback: number, meaning: string, most = mostSeconds) =>
  z.coerce.number().int().min(1).max(most).default(fallback).describe(meaning)

const httpUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => !/[?#]/.test(url) && new URL(url).username === '' && new URL(url).password === '', {
    error: 'may have no user, query or fragment',
  })
  .transform((url) => url.replace(/\/$/, ''))

const Settings = z.object({
  ENVIRONMENT: z
    .enum(['development', 'test', 'production'])
    .default('production')
    .describe('Only `production` refuses development fallbacks; only the others serve `/dev/*`.'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('Where Bun listens; 0 takes a free port.'),
  BASE_URL: httpUrl
    .optional()
    .describe('The public address: issuer of tokens and start of every link. Never the Host header.'),
  SECRET: z
    .string()
    .transform((text) => text.split(',').map((version) => version.trim()))
    .refine((versions) => versions.every((version) => byteLength(version) >= minimumSecretBytes), {
      error: `each version needs at least ${minimumSecretBytes} bytes; try: openssl rand -base64 32`,
    })
    .describe('The root of every key we derive. Several versions, newest first, are separated by commas.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe(
      'Postgres. Absent on Bun: an embedded one in DATA_DIRECTORY. On Workers the HYPERDRIVE binding gives it.',
    ),
  DATABASE_PREPARE: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off` behind a pooler in transaction mode, such as PgBouncer.'),
  DATABASE_TIMEOUT_SECONDS: seconds(5, 'How long one statement may take before the caller gets a 503.', 600),
  DATA_DIRECTORY: z
    .string()
    .min(1)
    .default('.data')
    .describe('Where the embedded Postgres and generated secrets live.'),
  PAGES_URL: httpUrl
    .optional()
    .describe('Where links in mails lead, if not to the pages at BASE_URL; docs/pages.md says what they have to do.'),
  RESEND_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('Sends mail through Resend. Without it and SMTP_URL mails stay in the development mailbox.'),
  RESEND_BASE_URL: httpUrl.optional().describe('Another address that speaks Resend’s API.'),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
    .optional()
    .describe('The signing secret of Resend’s webhook, which reports bounces; without it that route is absent.'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'Sends mail over SMTP, on Bun only: `smtps://user:password@host:465`, or `smtp://…:587?requireTLS=true`.',
    ),
  EMAIL_FROM: z.string().min(3).default('Postern <postern@localhost>').describe('The sender of every mail.'),
  EMAIL_VERIFICATION: z
    .enum(['required', 'optional'])
    .default('required')
    .describe('`required`: no log-in before the address is proved, and registration never tells who is registered.'),
  BREACH_CHECK: z
    .enum(['off', 'open', 'closed'])
    .default('off')
    .describe(
      'Refuses new passwords that are known from breaches, by a k-anonymity range query. When that can’t be made: `open` lets them pass, `closed` refuses.',
    ),
  BREACH_CHECK_URL: httpUrl
    .default('https://api.pwnedpasswords.com')
    .describe('Another address that speaks the range API of Pwned Passwords.'),
  REFUSAL_MILLISECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(5000)
    .default(0)
    .describe(
      'A wrong password is answered after this time at the earliest. While accounts with imported bcrypt or scrypt hashes remain, set it to what these take, so that time tells nobody who has one.',
    ),
  WORK_JOBS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off`: this process of Bun only answers, and `bun run worker` works the jobs beside it.'),
  JOB_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('How many jobs a process works at a time.'),
  ACCESS_TOKEN_SECONDS: seconds(900, 'Life of an access token.'),
  REFRESH_TOKEN_SECONDS: seconds(604_800, 'Life of a session that nobody refreshes.'),
  SESSION_SECONDS: seconds(2_592_000, 'Life of a session, however often it is refreshed.'),
  SIGNING_ALGORITHM: z.enum(['EdDSA', 'ES256']).default('EdDSA').describe('Signs access tokens (new keys only).'),
  RATE_LIMITS: z.enum(['on', 'off']).default('on').describe('`off` is refused in production.'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least level that is logged.'),
})

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

/** The environment, checked. */
export const Config = Settings.transform((settings) => ({
  ...settings,
  ...withBases(settings.BASE_URL ?? `http://localhost:${settings.PORT}`, settings.PAGES_URL),
}))

export type Config = z.output<typeof Config>

/** What a setting means and falls back to, by name: the source of docs/configuration.md. */
export const settings = Settings.shape

/** Settings that have no safe default outside development. */
const requiredInProduction = ['BASE_URL', 'DATABASE_URL'] as const

/** Secrets travel there, or are asked for there. */
const secureInProduction = ['BASE_URL', 'PAGES_URL', 'RESEND_BASE_URL', 'BREACH_CHECK_URL'] as const

const isExposed = (url: unknown) => {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol !== 'https:' && hostname !== 'localhost' && hostname !== '127.0.0.1'
}

type Present = Partial<Record<string, unknown>>

/** What production refuses, told beside every other fault and not only when there is none. */
const findProductionFaults = (present: Present): string[] => {
  const { ENVIRONMENT = 'production', RATE_LIMITS, RESEND_API_KEY, SMTP_URL } = present
  if (ENVIRONMENT !== 'production') return []
  const missing = requiredInProduction.filter((name) => present[name] === undefined)
  const exposed = secureInProduction.filter((name) => isExposed(present[name]))
  return [
    ...missing.map((name) => `${name}: is required in production`),
    ...(RESEND_API_KEY === undefined && SMTP_URL === undefined ? ['RESEND_API_KEY: is required in production'] : []),
    ...(RESEND_API_KEY !== undefined && SMTP_URL !== undefined ? ['SMTP_URL: set either this or RESEND_API_KEY'] : []),
    ...(RATE_LIMITS === 'off' ? ['RATE_LIMITS: can’t be off in production'] : []),
    ...exposed.map((name) => `${name}: must be https in production`),
  ]
}

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
  const faults = parsed.success ? [] : describeIssues(parsed.error.issues, present)
  const all = [...faults, ...findProductionFaults(present)]
  return parsed.success && all.length === 0 ? { ok: true, config: parsed.data } : { ok: false, faults: all }
}
