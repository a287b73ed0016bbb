import type { createEchoes } from './echoes'
import type { Fetch, Transport } from './options'
import { ConnectionError, type ProblemDetails, ProblemError } from './problem-error'
import type { Tokens } from './token-storage'

/** Cloudflare Workers have no cookies of their own, and some versions refuse the member. */
const knowsCredentials = 'credentials' in Request.prototype

const isTimeout = (cause: unknown) => cause instanceof DOMException && cause.name === 'TimeoutError'

/** Our problems always carry the members of `ProblemDetails`; of what others answer, nothing is known. */
const isProblemDetails = (response: Response, body: unknown): body is ProblemDetails =>
  (response.headers.get('content-type') ?? '').startsWith('application/problem+json') &&
  typeof body === 'object' &&
  body !== null &&
  'code' in body &&
  typeof body.code === 'string'

const toError = async (response: Response): Promise<ProblemError | ConnectionError> => {
  const body: unknown = await response.json().catch(() => undefined)
  if (isProblemDetails(response, body)) return new ProblemError(body)
  return new ConnectionError(`Something other than Postern answered with ${response.status}.`, {
    status: response.status,
  })
}

/** The address of what `hc` would fetch. */
export const addressOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : String(input))

/**
 * Makes the function that sends a request once. That one throws a `ProblemError` for what is no success, a
 * `ConnectionError` when Postern was not reached, and the caller's own reason when the caller's signal aborted it.
 */
export const createAttempt = (send: Fetch, transport: Transport, echoes: ReturnType<typeof createEchoes>) => {
  // With a bearer token, cookies of another log-in would be a second credential, which the server refuses.
  const cookies: RequestInit = knowsCredentials ? { credentials: transport === 'cookie' ? 'include' : 'omit' } : {}

  return async (url: string, init: RequestInit = {}, tokens?: Tokens): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) await echoes.add(url, init.method, headers)
    if (tokens?.accessToken) headers.set('authorization', `Bearer ${tokens.accessToken}`)
    let response: Response
    try {
      response = await send(url, { ...init, ...cookies, headers })
    } catch (cause) {
      if (init.signal?.aborted && !isTimeout(cause)) throw cause
      throw new ConnectionError('Postern could not be reached.', { cause })
    }
    await echoes.note(response)
    if (!response.ok) throw await toError(response)
    return response
  }
}
