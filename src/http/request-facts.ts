import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './router'

const wellFormedRequestId = /^[A-Za-z0-9._:-]{8,128}$/
const longestUserAgent = 512

/**
 * Notes what is kept of a request beside its subject, for sessions and the audit record. The caller's `X-Request-Id`
 * is taken if it is well-formed; the answer says which id it got.
 */
export const noteRequestFacts: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header('x-request-id')
  const id = given && wellFormedRequestId.test(given) ? given : c.env.ids.next()
  c.set('request', {
    id,
    ipAddress: c.env.remoteAddress(c.req.raw) ?? null,
    userAgent: c.req.header('user-agent')?.toWellFormed().slice(0, longestUserAgent) ?? null,
  })
  await next()
  c.header('x-request-id', id)
}
