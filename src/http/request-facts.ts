import type { Context } from 'hono'
import { networkOf } from '#core/network'
import { observe } from '#core/observation'
import { readTraceParent } from '#core/telemetry'
import { readDeviceCookie } from './cookies'
import type { AppEnv } from './router'

const wellFormedRequestId = /^[A-Za-z0-9._:-]{8,128}$/
const longestUserAgent = 512

/**
 * Notes what is known of a request beside its subject, for limits, sessions and the audit record, and begins to measure it. The caller's `X-Request-Id`
 * is taken if it is well-formed.
 */
export const noteRequestFacts = (c: Context<AppEnv>): void => {
  const given = c.req.header('x-request-id')
  const id = given && wellFormedRequestId.test(given) ? given : c.env.ids.next()
  const parent = readTraceParent(c.req.header('traceparent'), c.req.header('tracestate'))
  const trace = c.env.telemetry.tracer?.begin('server', parent) ?? null
  c.set('observation', observe(c.env.telemetry, trace))
  const ipAddress = c.env.remoteAddress(c.req.raw) ?? null
  c.set('request', {
    id,
    ipAddress,
    network: ipAddress === null ? null : networkOf(ipAddress),
    deviceToken: c.req.header('device-token') ?? readDeviceCookie(c) ?? null,
    userAgent: c.req.header('user-agent')?.toWellFormed().slice(0, longestUserAgent) ?? null,
    place: c.env.placeOf(c.req.raw, ipAddress),
    traceparent: trace?.traceparent ?? parent?.traceparent ?? null,
  })
}
