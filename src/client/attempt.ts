import { ConnectionError, toError } from './problem-error'
import type { Transport } from './session'
import type { Tokens } from './token-storage'

/** The part of `fetch` that the client calls. */
export type Fetch = (url: string, init?: RequestInit) => Response | Promise<Response>

/** Cloudflare Workers know no cookies of their own, and refuse the member. */
const knowsCredentials = 'credentials' in Request.prototype

const isTimeout = (cause: unknown) => cause instanceof DOMException && cause.name === 'TimeoutError'

/**
 * Makes the function that sends a request once. It throws a `ProblemError` for what is no success, a `ConnectionError`
 * when Postern was not reached, and the caller's own reason when the caller's signal aborted it.
 */
export const createAttempt =
  (send: Fetch, transport: Transport) =>
  async (url: string, init: RequestInit = {}, tokens?: Tokens): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (tokens?.accessToken) headers.set('authorization', `Bearer ${tokens.accessToken}`)
    // Cookies left from another log-in would be a second credential beside the token, which the server refuses.
    const credentials = transport === 'cookie' ? 'include' : 'omit'
    const response = await send(url, { ...init, headers, ...(knowsCredentials && { credentials }) }).catch(
      () => undefined,
    )
    return response
  }
