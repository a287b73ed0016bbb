/** What stands before a server, ends TLS and says who called; and what it does beside, which it should not. */
export interface Front extends AsyncDisposable {
  /** `https://localhost:…` */
  url: string
}

/** How a front changes what passes. */
export interface Meddling {
  request?: (request: Request) => Request
  response?: (response: Response, request: Request) => Response | Promise<Response>
}

/** Headers of a connection, which end at each proxy (RFC 9110, section 7.6.1), or are of the bytes on the way. */
const ofConnection = ['connection', 'content-encoding', 'content-length', 'transfer-encoding']

/** The same answer with other headers. */
export const withHeaders = (response: Response, change: (headers: Headers) => void): Response => {
  const headers = new Headers(response.headers)
  change(headers)
  return new Response(response.body, { status: response.status, headers })
}

/**
 * Starts one at a port of its own.
 * @param port where it listens; any unless said
 */
export const startFront = (
  to: string,
  tls: { key: string; cert: string },
  { request: changeRequest = (request) => request, response: change = (response) => response }: Meddling = {},
  port = 0,
): Front => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port,
    tls,
    fetch: async (incoming, { requestIP }) => {
      const asked = changeRequest(incoming)
      const { pathname, search } = new URL(asked.url)
      const headers = new Headers(asked.headers)
      const before = headers.get('x-forwarded-for')
      const peer = requestIP.call(server, incoming)?.address ?? ''
      headers.set('x-forwarded-for', before ? `${before}, ${peer}` : peer)
      const body = await asked.text()
      const { method } = asked
      const answer = await fetch(`${to}${pathname}${search}`, {
        ...{ method, headers, redirect: 'manual' },
        ...(body !== '' && { body }),
      })
      const plain = withHeaders(answer, (own) => {
        for (const name of ofConnection) own.delete(name)
      })
      return change(plain, asked)
    },
  })
  return { url: `https://localhost:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

/** Answers what it was asked before from memory, whatever the answer said. */
export const keepAnswers = (): NonNullable<Meddling['response']> => {
  const kept = new Map<string, Response>()
  return (response, { method, url }) => {
    if (method !== 'GET') return response
    const known = kept.get(url) ?? response
    kept.set(url, known.clone())
    return known
  }
}

/** Takes from cookies what keeps scripts and http from them. */
export const setWeakCookies = (headers: Headers): void => {
  const cookies = headers.getSetCookie()
  headers.delete('set-cookie')
  for (const cookie of cookies) headers.append('set-cookie', cookie.replace('; Secure', '').replace('; HttpOnly', ''))
}

type Answering = NonNullable<Meddling['response']>

/** Changes headers of what is answered at a path. */
export const onPath =
  (path: string, change: (headers: Headers) => void): Answering =>
  (response, { url }) =>
    new URL(url).pathname === path ? withHeaders(response, change) : response

/** Changes headers of every answer. */
export const everywhere =
  (change: (headers: Headers) => void): Answering =>
  (response) =>
    withHeaders(response, change)
