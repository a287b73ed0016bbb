import type { Context as HttpContext, MiddlewareHandler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { Context } from '#core/context'
import { malformedRequest } from '#core/problems'
import type { AppEnv } from './router'

interface KeptAnswer {
  status: number
  headers: Record<string, string>
  body: string | null
}

/** Lets `act` answer a request with a key, unless it was answered before; then it gives that answer again. */
export type AnswerOnce = (
  ctx: Context,
  request: { key: string; content: string },
  act: (ctx: Context) => Promise<KeptAnswer>,
) => Promise<{ answer: KeptAnswer; isReplayed: boolean }>

/** What belongs to an answer; other headers are about the exchange, or are secrets. */
const keptHeaders = ['content-type', 'etag', 'location']

const bareKey = /^[\x21\x23-\x7e][\x21-\x7e]{0,254}$/
/** A string of structured fields (RFC 9651, section 3.3.3), without spaces. */
const quotedKey = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/

/** The draft wants the key quoted; many send it bare. It is the same key. */
const readKey = (value: string): string => {
  const quoted = quotedKey.exec(value)?.[1]
  if (quoted !== undefined) return quoted.replaceAll(/\\(["\\])/g, '$1')
  if (bareKey.test(value)) return value
  throw malformedRequest({ detail: 'Idempotency-Key is 1 to 255 visible ASCII characters, quoted or bare.' })
}

const toKeptAnswer = async (response: Response): Promise<KeptAnswer> => ({
  status: response.status,
  headers: Object.fromEntries([...response.headers].filter(([name]) => keptHeaders.includes(name))),
  body: response.body === null ? null : await response.clone().text(),
})

/** Makes Hono begin the answer: headers that are set from here on go with it when it is dropped. */
const beginAnswer = (c: HttpContext<AppEnv>): Response => c.res

/**
 * Makes a creating route safe to repeat with `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header); without it
 * the route runs as usual. It stands last before the handler, whose statements are then one transaction. An answer that is
 * given again says so by `Idempotent-Replayed: true`. Throws `malformed-request`, and what `answerOnce` throws.
 */
export const idempotent =
  (answerOnce: AnswerOnce): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const value = c.req.header('idempotency-key')
    if (value === undefined) return next()
    const ctx = c.get('ctx')
    const key = readKey(value)
    const { pathname, search } = new URL(c.req.url)
    const content = `${c.req.method} ${pathname}${search}\n${await c.req.text()}`
    const before = new Headers(beginAnswer(c).headers)
    try {
      const { answer, isReplayed } = await answerOnce(ctx, { key, content }, async (inside) => {
        c.set('ctx', inside)
        await next()
        // Hono has caught what the handler threw; only if it is thrown on is the work undone.
        if (c.error) throw c.error
        if (!c.res.ok) throw new Error('A route that takes an idempotency key succeeds, or throws.')
        return toKeptAnswer(c.res)
      })
      if (!isReplayed) return
      // It is the status of an answer that Hono gave.
      const status = answer.status as StatusCode
      return c.newResponse(answer.body, status, { ...answer.headers, 'idempotent-replayed': 'true' })
    } catch (error) {
      // What was answered inside is undone, so of all headers those stay that were there before.
      c.res = undefined
      c.res = new Response(null, { headers: before })
      throw error
    } finally {
      c.set('ctx', ctx)
    }
  }
