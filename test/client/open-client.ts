import { type ClientOptions, createClient, createMemoryStorage, type Fetch, ProblemError } from '../../src/client'

export const password = 'correct horse battery staple'

/** An address that no other suite of this run registers. */
export const nextEmail = (): string => `ada-${crypto.randomUUID()}@example.com`

/** A client with its tokens, a list of what it sent (as `POST /auth/login`) and of why its session ended. */
export const openClient = (baseUrl: string, { fetch: send = fetch, ...options }: ClientOptions = {}) => {
  const tokens = createMemoryStorage()
  const sent: string[] = []
  const ended: string[] = []
  const client = createClient(baseUrl, {
    tokens,
    onSessionEnded: ({ code }) => ended.push(code),
    fetch: (url, init) => {
      sent.push(`${init?.method} ${new URL(url).pathname.replace('/v1', '')}`)
      return send(url, init)
    },
    ...options,
  })
  const refreshes = () => sent.filter((request) => request === 'POST /auth/refresh').length
  return { client, tokens, sent, ended, refreshes }
}

/** What a call fails with, which must be a problem. */
export const problemOf = async (call: Promise<unknown>): Promise<ProblemError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ProblemError) return error
  throw new Error(`Expected a problem, got ${error}`)
}

export interface CookieJar {
  fetch: Fetch
  /** Values by name; deleting one is what a browser does when it expires. */
  cookies: Map<string, { value: string; path: string }>
}

/** What a browser does with cookies on a page of the server's origin. */
export const createCookieJar = (): CookieJar => {
  const cookies: CookieJar['cookies'] = new Map()
  const store = (line: string) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const [, path = '/'] = /; Path=([^;]+)/.exec(line) ?? []
    if (/; Max-Age=0/.test(line)) cookies.delete(name)
    else cookies.set(name, { value, path })
  }
  return {
    cookies,
    fetch: async (url, init) => {
      const { origin, pathname } = new URL(url)
      const headers = new Headers(init?.headers)
      const fitting = [...cookies].filter(([, { path }]) => pathname.startsWith(path))
      if (fitting.length > 0) headers.set('cookie', fitting.map(([name, { value }]) => `${name}=${value}`).join('; '))
      headers.set('origin', origin)
      const response = await fetch(url, { ...init, headers })
      for (const line of response.headers.getSetCookie()) store(line)
      return response
    },
  }
}
