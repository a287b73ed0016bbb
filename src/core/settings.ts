import * as z from 'zod'
import { authenticatorSettings } from './authenticator-settings'
import { blobSettings } from './blob-settings'
import { protectionSettings } from './protection-settings'
import { count, httpUrl, onUnlessOff, optionalText, seconds } from './setting-types'
import { telemetrySettings } from './telemetry-settings'

const minimumSecretBytes = 32

const byteLength = (text: string) => new TextEncoder().encode(text).length

/** A date or a number, as its publisher counts. */
const termsVersion = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, { error: 'is at most 64 letters, digits, dots, colons, dashes and underscores' })
  .optional()

const documentUrl = z.url({ protocol: /^https?$/ }).optional()

/** Every setting by its name: how it is read and what it falls back to. What it means is in setting-meanings.ts. */
export const Settings = z.object({
  ENVIRONMENT: z.enum(['development', 'test', 'production']).default('production'),
  PORT: count(3000, { least: 0, most: 65535 }),
  BASE_URL: httpUrl.optional(),
  SECRET: z
    .string()
    .transform((text) => text.split(',').map((version) => version.trim()))
    .refine((versions) => versions.every((version) => byteLength(version) >= minimumSecretBytes), {
      error: `each version needs at least ${minimumSecretBytes} bytes; try: openssl rand -base64 32`,
    }),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_PREPARE: onUnlessOff,
  DATABASE_TIMEOUT_SECONDS: seconds(5, 600),
  DATA_DIRECTORY: z.string().min(1).default('.data'),
  PAGES_URL: httpUrl.optional(),
  RESEND_API_KEY: optionalText,
  RESEND_BASE_URL: httpUrl.optional(),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  EMAIL_FROM: z.string().min(3).default('Postern <postern@localhost>'),
  EMAIL_VERIFICATION: z.enum(['required', 'optional']).default('required'),
  BREACH_CHECK: z.enum(['off', 'open', 'closed']).default('off'),
  BREACH_CHECK_URL: httpUrl.default('https://api.pwnedpasswords.com'),
  GEO_DATABASE_PATH: optionalText,
  REFUSAL_MILLISECONDS: count(0, { least: 0, most: 5000 }),
  DRAIN_SECONDS: count(0, { least: 0, most: 600 }),
  WORK_JOBS: onUnlessOff,
  JOB_CONCURRENCY: count(10, { most: 100 }),
  EXPORT_SECONDS: seconds(259_200, 2_592_000),
  ERASURE_GRACE_SECONDS: count(2_592_000, { least: 0, most: 31_536_000 }),
  ACCESS_TOKEN_SECONDS: seconds(900),
  ACCESS_TOKEN_JITTER_PERCENT: count(10, { least: 0, most: 50 }),
  REFRESH_TOKEN_SECONDS: seconds(604_800),
  SESSION_SECONDS: seconds(2_592_000),
  ACTIVITY_RETENTION_SECONDS: seconds(31_536_000),
  KEY_REVOCATION_SECONDS: seconds(10, 300),
  SIGNING_ALGORITHM: z.enum(['EdDSA', 'ES256']).default('EdDSA'),
  ...protectionSettings,
  ...authenticatorSettings,
  TERMS_VERSION: termsVersion,
  TERMS_URL: documentUrl,
  PRIVACY_VERSION: termsVersion,
  PRIVACY_URL: documentUrl,
  ...blobSettings,
  PROVIDER_TIMEOUT_SECONDS: seconds(5, 30),
  ...telemetrySettings,
})
