import type { MiddlewareHandler } from 'hono'
import { networkOf } from '#core/network'
import { readDeviceCookie } from './cookies'
import type { AppEnv } from './router'

const wellFormedRequestId = /^[A-Za-z0-9._:-]{8,128}$/
const longestUserAgent = 512

/**
 * Notes what is known of a request beside its subject, for limits, sessions and the audit record. The caller's `X-Request-Id`
 * is taken if it is well-formed; the answer says which id it got.
 */
export const noteRequestFacts: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = c.req.header('x-request-id')
  const id = given && wellFormedRequestId.test(given) ? given : c.env.ids.next()
  const ipAddress = c.env.remoteAddress(c.req.raw) ?? null
  c.set('request', {
    id,
    ipAddress,
    network: ipAddress === null ? null : networkOf(ipAddress),
    deviceToken: c.req.header('device-token') ?? readDeviceCookie(c) ?? null,
    userAgent: c.req.header('user-agent')?.toWellFormed().slice(0, longestUserAgent) ?? null,
  })
  await next()
  c.header('x-request-id', id)
}
