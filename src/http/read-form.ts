import type { Context } from 'hono'
import { malformedRequest } from '#core/problems'
import type { AppEnv } from './router'

/** Most of what a form of a protocol has in it; more is none. */
const mostCharacters = 16_384

/** Reads the body of a protocol that sends forms. Throws `malformed-request`. */
export const readForm = async (c: Context<AppEnv>): Promise<URLSearchParams> => {
  if (!c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')) throw malformedRequest()
  const text = await c.req.text()
  if (text.length > mostCharacters) throw malformedRequest()
  return new URLSearchParams(text)
}
