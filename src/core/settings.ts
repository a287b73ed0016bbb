import * as z from 'zod'
import { protectionSettings } from './protection-settings'
import { httpUrl, seconds } from './setting-types'

const minimumSecretBytes = 32

const byteLength = (text: string) => new TextEncoder().encode(text).length

/** Every setting by its name: how it is read, what it falls back to, and what it means, which docs/configuration.md repeats. */
export const Settings = z.object({
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
  ...protectionSettings,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least level that is logged.'),
})
