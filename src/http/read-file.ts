import type { Context } from 'hono'
import { joinBytes } from '#core/join-bytes'
import { type Problem, retryAfter } from '#core/problem'
import { malformedRequest, overloaded, payloadTooLarge } from '#core/problems'
import type { AppEnv } from './router'

/** Of all bodies that are being read at a time; whoever comes when there are more has to come again. */
const mostHeldBytes = 48 * 1024 * 1024
let heldBytes = 0

/** Nobody needs longer for what we take, and who sends a byte now and then holds memory meanwhile. */
const mostSeconds = 60

/** Nobody knows how much more there is, so the connection is closed and not read to its end (RFC 9110, section 15.5.14). */
const hangUp = { headers: { connection: 'close' } }

const tooManyBodies = (): Problem => {
  const { headers, ...facts } = retryAfter(2)
  return overloaded({ ...facts, headers: { ...headers, ...hangUp.headers } })
}

/**
 * Reads a body that is no text, and stops reading it past its limit. Throws `payload-too-large`, `malformed-request`,
 * `overloaded`.
 * @param most bytes
 */
export const readFile = async (c: Context<AppEnv>, most: number): Promise<Uint8Array<ArrayBuffer>> => {
  const reader = c.req.raw.body?.getReader()
  if (!reader) return new Uint8Array()
  const parts: Uint8Array[] = []
  let size = 0
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    reader.cancel().catch(() => {})
  }, mostSeconds * 1000)
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length
      heldBytes += next.value.length
      if (size > most || heldBytes > mostHeldBytes) {
        reader.cancel().catch(() => {})
        throw size > most ? payloadTooLarge(hangUp) : tooManyBodies()
      }
      parts.push(next.value)
    }
  } finally {
    heldBytes -= size
    clearTimeout(timer)
  }
  if (isLate) throw malformedRequest({ ...hangUp, detail: 'The body took too long.' })
  return joinBytes(parts)
}
