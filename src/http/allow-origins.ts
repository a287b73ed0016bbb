import type { Context, Next } from 'hono'
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

const isListed = (c: Context<AppEnv>): boolean => {
  const origin = c.req.header('origin')
  return origin !== undefined && c.env.config.CORS_ORIGINS.includes(origin)
}

/**
 * Lets pages of CORS_ORIGINS, and of no other origin, read answers (Fetch standard, section 3.2). What is public all may
 * read, without credentials.
 */
export const allowOrigins = (c: Context<AppEnv>, next: Next): Promise<void> =>
  policyOf(c)?.isPublic || c.env.config.CORS_ORIGINS.length > 0 ? tellOrigins(c, next) : next()

const tellOrigins = async (c: Context<AppEnv>, next: Next): Promise<void> => {
  if (policyOf(c)?.isPublic) {
    await next()
    c.res.headers.set('access-control-allow-origin', '*')
    return
  }
  if (isListed(c)) {
    const preflight = await allow(c, next)
    if (preflight) c.res = preflight
    return
  }
  await next()
  c.res.headers.append('vary', 'Origin')
}
