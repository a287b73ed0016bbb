import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { AppEnv } from './router'

/** How long a browser may remember what is allowed. */
const maxAgeSeconds = 600

const allow = cors({
  origin: (origin) => origin,
  credentials: true,
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'authorization',
    'content-type',
    'device-token',
    'idempotency-key',
    'if-match',
    'traceparent',
    'x-csrf-token',
    'x-request-id',
  ],
  exposeHeaders: [
    ...[
      'device-token',
      'idempotent-replayed',
      'ratelimit',
      'ratelimit-limit',
      'ratelimit-policy',
      'ratelimit-remaining',
    ],
    ...['ratelimit-reset', 'retry-after', 'server-timing', 'www-authenticate', 'x-csrf-token', 'x-request-id'],
  ],
  maxAge: maxAgeSeconds,
})

/** Lets pages of CORS_ORIGINS, and of no other origin, read answers (Fetch standard, section 3.2). */
export const allowOrigins: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { CORS_ORIGINS: origins } = c.env.config
  const origin = c.req.header('origin')
  if (origin !== undefined && origins.includes(origin)) return allow(c, next)
  await next()
  if (origins.length > 0) c.header('vary', 'Origin', { append: true })
}
