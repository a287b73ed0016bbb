import { matchesAny } from './byte-range'
import { assetHeaders } from './static-assets'

interface Made {
  text: string
  etag: string
}

const tagOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return `"${new Uint8Array(digest, 0, 8).toHex()}"`
}

/**
 * A document of JSON that is the same for every caller and seldom asked for: made at the first request, then kept, and answered
 * with its tag as assets are that are there from the start.
 */
export const createLateAsset = (make: () => Promise<object>): ((request: Request) => Promise<Response>) => {
  let making: Promise<Made> | undefined

  const makeOnce = async (): Promise<Made> => {
    const text = JSON.stringify(await make())
    return { text, etag: await tagOf(text) }
  }

  return async (request) => {
    making ??= makeOnce().catch((error: unknown) => {
      making = undefined
      throw error
    })
    const { text, etag } = await making
    const headers = { ...assetHeaders, 'content-type': 'application/json;charset=utf-8', etag }
    const isKnown = matchesAny(request.headers.get('if-none-match') ?? undefined, etag)
    return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers })
  }
}
