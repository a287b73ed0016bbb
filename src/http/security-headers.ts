import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './router'

/** What every answer says, an asset's too, if it has nothing of its own to say. */
export const securityHeaders: Record<string, string> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const headers = Object.entries(securityHeaders)

/** Headers of every answer. A route that says one of them itself (a page its CSP, a key set its cache) keeps its own. */
export const secureHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  for (const [name, value] of headers) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  }
}
