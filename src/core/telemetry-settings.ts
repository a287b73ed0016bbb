import * as z from 'zod'
import { count, httpUrl, onUnlessOff, optionalText } from './setting-types'

/** Where errors are reported, with the key that allows it as the user's name. */
const sentryDsn = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((dsn) => new URL(dsn).username !== '' && /\/\w+$/.test(new URL(dsn).pathname), {
    error: 'is https://key@host/project',
  })

/** `name=value,name=value`; what is special in a value is percent-encoded. */
const headerList = /^( *[\w!#$&'*+.^`|~-]+=([ -$&-+\--~]|%[2-7][\da-f])*(,|$))+$/i

/** What is told to operators, and where; what it means is in setting-meanings.ts. */
export const telemetrySettings = {
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  LOG_FILE: optionalText,
  LOG_FILE_MEGABYTES: count(100, { least: 1, most: 10_000 }),
  LOG_FILE_COUNT: count(5, { least: 1, most: 1000 }),
  METRICS: onUnlessOff,
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().regex(headerList, { error: 'is name=value, separated by commas' }).optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('postern'),
  OTEL_TRACES_SAMPLER: z.enum(['parentbased_traceidratio', 'traceidratio']).default('parentbased_traceidratio'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.1),
  EXPLANATIONS: onUnlessOff,
  SENTRY_DSN: sentryDsn.optional(),
  AUDIT_WEBHOOK_URL: httpUrl.optional(),
  AUDIT_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, { error: 'is whsec_ and at least 24 bytes in base64' })
    .optional(),
  AUDIT_SYSLOG_URL: z.url({ protocol: /^(tcp|tls)$/ }).optional(),
}
