import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { policyOf } from './policy-of'
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
    'if-none-match',
    'traceparent',
    'tracestate',
    'x-csrf-token',
    'x-request-id',
  ],
  exposeHeaders: [
    ...[
      'device-token',
      'etag',
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

/**
 * Lets pages of CORS_ORIGINS, and of no other origin, read answers (Fetch standard, section 3.2). What is public all may
 * read, without credentials.
 */
export const allowOrigins: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (policyOf(c)?.isPublic) {
    await next()
    c.header('access-control-allow-origin', '*')
    return
  }
  const { CORS_ORIGINS: origins } = c.env.config
  const origin = c.req.header('origin')
  if (origin !== undefined && origins.includes(origin)) return allow(c, next)
  await next()
  if (origins.length > 0) c.header('vary', 'Origin', { append: true })
}
