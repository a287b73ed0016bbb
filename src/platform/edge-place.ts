import { toPlace } from '#core/place'

/** A header comes as bytes, one to a character; Cloudflare means UTF-8 by them. */
const decodeHeader = (request: Request, name: string): string | undefined => {
  const text = request.headers.get(name)
  if (text === null) return undefined
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const isBytes = [...text].every((character) => character.charCodeAt(0) < 256)
  try {
    return isBytes ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : text
  } catch {
    return text
  }
}

/**
 * Where a caller is by the headers that Cloudflare's edge adds (its managed transform “visitor location headers”; the
 * country alone comes without it). Only for requests that are known to come from there: anybody can send these headers.
 */
export const readEdgePlace = (request: Request): string | null =>
  toPlace({
    city: decodeHeader(request, 'cf-ipcity'),
    region: decodeHeader(request, 'cf-region'),
    country: request.headers.get('cf-ipcountry') ?? undefined,
  })
