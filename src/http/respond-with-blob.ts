import type { Context } from 'hono'
import type { StoredBlob } from '#core/blobs'
import { notFound } from '#core/problems'
import { type ByteRange, matchesAny, readRange } from './byte-range'
import type { AppEnv } from './router'

/** Something that never changes, and how to get at it. */
export interface Unchanging {
  etag: string
  head(): Promise<{ size: number; contentType: string } | undefined>
  get(range?: ByteRange): Promise<StoredBlob | undefined>
}

/** What a page of any origin may show, and what can do nothing wherever it is opened. */
export const harmlessFile = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
}

/** For what never changes at its address (RFC 8246). */
export const forever = 'public, max-age=31536000, immutable'

/** Bun sends a stream without its length, and pictures are small. */
const bytesOf = async ({ body }: StoredBlob) => new Uint8Array(await new Response(body).arrayBuffer())

/** Soon there may be something. */
const missing = () => notFound({ headers: { 'cache-control': 'public, max-age=60' } })

/**
 * Answers with a small blob that never changes, as a cache and a player of media want it: validators (RFC 9110, section 13), a
 * range, HEAD. Throws `not-found`.
 */
export const respondWithBlob = async (c: Context<AppEnv>, blob: Unchanging) => {
  const { etag } = blob
  const headers = { ...harmlessFile, 'cache-control': forever, etag, 'accept-ranges': 'bytes' }
  const isKnown = matchesAny(c.req.header('if-none-match'), etag)
  const wanted = (c.req.header('if-range') ?? etag) === etag ? c.req.header('range') : undefined
  if (!isKnown && c.req.method !== 'HEAD' && wanted === undefined) {
    const whole = await blob.get()
    if (!whole) throw missing()
    const length = { 'content-type': whole.contentType, 'content-length': String(whole.size) }
    return c.body(await bytesOf(whole), 200, { ...headers, ...length })
  }
  const facts = await blob.head()
  if (!facts) throw missing()
  if (isKnown) return c.body(null, 304, headers)
  const type = { 'content-type': facts.contentType }
  if (c.req.method === 'HEAD') return c.body(null, 200, { ...headers, ...type, 'content-length': String(facts.size) })
  const range = readRange(wanted, facts.size)
  if (range === 'unsatisfiable') {
    return c.body(null, 416, { ...headers, 'cache-control': 'no-store', 'content-range': `bytes */${facts.size}` })
  }
  const part = await blob.get(range)
  if (!part) throw missing()
  if (!range) return c.body(await bytesOf(part), 200, { ...headers, ...type, 'content-length': String(facts.size) })
  return c.body(await bytesOf(part), 206, {
    ...headers,
    ...type,
    'content-length': String(range.length),
    'content-range': `bytes ${range.offset}-${range.offset + range.length - 1}/${facts.size}`,
  })
}
