import type { Fetch, Tokens } from '../../src/client'

export const baseUrl = 'https://id.example.com'

/** A failure as the server answers it. `members` are those that its kind adds. */
export const problem = (status: number, code: string, members: object = {}): Response =>
  new Response(JSON.stringify({ type: `/problems/${code}`, title: code, status, code, detail: code, ...members }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

/** Tokens as a log-in a while ago left them, whose access token the scripted server accepts. */
export const makeTokens = (changes: Partial<Tokens> = {}): Tokens => ({
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  refreshAt: new Date(Date.now() + 60_000).toISOString(),
  expiresAt: new Date(Date.now() + 90_000).toISOString(),
  ...changes,
})

/**
 * A server in the test's hands: it accepts the access token of its current counter, exchanges the refresh token of that
 * counter, and lets the test answer in its place.
 */
export const createScriptedServer = () => {
  const requests: string[] = []
  const bodies: string[] = []
  let counter = 0
  /** Answers instead of the server, or leaves it to it. */
  let script: (path: string, init?: RequestInit) => Response | Promise<Response | undefined> | undefined = () =>
    undefined

  const refresh = (body: string): Response => {
    if (!body.includes(`"refresh-${counter}"`)) return problem(401, 'invalid_refresh_token')
    counter += 1
    const tokens = { accessToken: `access-${counter}`, refreshToken: `refresh-${counter}` }
    return Response.json({ tokenType: 'Bearer', expiresIn: 900, ...tokens })
  }

  const answer: Fetch = async (url, init) => {
    const path = url.slice(`${baseUrl}/v1`.length)
    const body = init?.body ? await new Response(init.body).text() : ''
    requests.push(path)
    bodies.push(body)
    init?.signal?.throwIfAborted()
    const scripted = await script(path, init)
    if (scripted) return scripted
    if (path === '/auth/refresh') return refresh(body)
    if (path === '/auth/logout') return new Response(null, { status: 204 })
    const authorization = new Headers(init?.headers).get('authorization')
    if (authorization === null) return problem(401, 'unauthenticated')
    if (authorization !== `Bearer access-${counter}`) return problem(401, 'invalid_access_token')
    return Response.json({ email: 'ada@example.com' })
  }

  return {
    requests,
    bodies,
    fetch: answer,
    /** What is asked for from now on is answered by `next`, where it answers. */
    script: (next: typeof script) => {
      script = next
    },
    /** Makes every token given out so far an old one, but keeps the last refresh token good. */
    expireAccessTokens: () => {
      script = (path) => {
        if (path === '/auth/refresh') script = () => undefined
        return path === '/auth/refresh' ? undefined : problem(401, 'invalid_access_token')
      }
    },
  }
}
