import type { Context, MiddlewareHandler } from 'hono'
import { crc32 } from '#core/crc32'
import type { Precondition, Versioned } from '#core/precondition'
import { malformedRequest } from '#core/problems'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

interface EntityTag {
  isWeak: boolean
  opaque: string
}

/** The tags of `If-Match` and `If-None-Match` (RFC 9110, section 8.8.3); undefined for what is no list of them. */
const readEntityTags = (header: string): EntityTag[] | undefined => {
  const pattern = /[ \t,]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|$)/y
  const tags: EntityTag[] = []
  let rest = header
  for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
    tags.push({ isWeak: found[1] !== undefined, opaque: found[2] ?? '' })
    rest = rest.slice(pattern.lastIndex)
    pattern.lastIndex = 0
  }
  return tags.length > 0 && /^[ \t,]*$/.test(rest) ? tags : undefined
}

/**
 * Which versions a change may be made to: those whose strong tags `If-Match` lists. A tag that is none of ours names no
 * version. Throws `malformed-request`.
 */
export const readPrecondition = (c: Context<AppEnv>): Precondition => {
  const header = c.req.header('if-match')?.trim()
  if (header === undefined || header === '*') return null
  const tags = readEntityTags(header)
  if (!tags) throw malformedRequest({ detail: 'If-Match is * or a list of entity tags in double quotes.' })
  return tags.flatMap(({ isWeak, opaque }) => (isWeak ? [] : (/^(\d+)-[0-9a-f]{8}$/.exec(opaque)?.[1] ?? [])))
}

const encoder = new TextEncoder()

/**
 * Gives an answer its strong `ETag`: the version of the row, and a checksum of what is answered, since that changes with the
 * declaration of profiles, and with us, while the row stays.
 */
export const withEntityTag = <Content>(c: Context<AppEnv>, { content, version }: Versioned<Content>): Content => {
  const text = JSON.stringify(content)
  const checksum = c.env.hashing?.crc32(text) ?? crc32(encoder.encode(text))
  c.header('etag', `"${version}-${checksum.toString(16).padStart(8, '0')}"`)
  return content
}

/** Answers 304 to who has this very representation already (RFC 9110, section 13.1.2). A list that can't be read is none. */
export const omitKnown: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const [known, current] = [c.req.header('if-none-match')?.trim(), c.res.headers.get('etag')]
  if (known === undefined || current === null || !isSafe(c.req.method) || c.res.status !== 200) return
  const tags = readEntityTags(known) ?? []
  if (known !== '*' && !tags.some(({ opaque }) => `"${opaque}"` === current)) return
  const headers = new Headers(c.res.headers)
  headers.delete('content-type')
  headers.delete('content-length')
  c.res = undefined
  c.res = new Response(null, { status: 304, headers })
}
