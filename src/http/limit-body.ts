import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { payloadTooLarge } from '#core/problems'
import { policyOf } from './policy-of'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'
import { isJson } from './validate'

const largestBodyBytes = 64 * 1024

/**
 * What a body says of its length holds, since a server reads no further; its stream is not even made for that. One without a length is
 * counted.
 */
const limitTo = (maxSize: number): MiddlewareHandler<AppEnv> => {
  const count = bodyLimit({ maxSize, onError: () => Promise.reject(payloadTooLarge()) })
  return (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) return count(c, next)
    const length = c.req.header('content-length')
    if (length === undefined) return isSafe(c.req.method) ? next() : count(c, next)
    if (Number.parseInt(length, 10) > maxSize) throw payloadTooLarge()
    return next()
  }
}

const limitUsual = limitTo(largestBodyBytes)

/**
 * Bounds every body. One that says that it is too long is refused before any of it is read; the connection stays, since a
 * browser that is cut off while it sends shows its user no answer. That of a route that takes a file is only looked at here: it says how long it is, or is counted while
 * `readFile` or `readPieces` reads it, once it is known that the caller may. Throws `payload-too-large`.
 */
export const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const { mostFileBytes, mostJsonBytes } = policyOf(c) ?? {}
  if (mostJsonBytes !== undefined) return limitTo(mostJsonBytes)(c, next)
  if (mostFileBytes === undefined || isJson(c.req.header('content-type'))) return limitUsual(c, next)
  if (Number(c.req.header('content-length') ?? 0) > mostFileBytes) throw payloadTooLarge()
  return next()
}
