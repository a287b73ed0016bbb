import type { Account } from '../given'
import { readSetCookies, type SetCookie, toCookieHeader } from './cookies'
import type { Reply } from './send'
import type { Server } from './server'

/** What a browser adds to a request from one of our own pages. */
export const fromOwnPage = { 'sec-fetch-site': 'same-origin' }

const cookieOf = (reply: Reply, name: string): SetCookie => {
  const cookie = readSetCookies(reply.headers)[name]
  if (!cookie) throw new Error(`The answer sets no cookie ${name}: ${reply.status} ${reply.text}`)
  return cookie
}

export interface BrowserSession {
  reply: Reply
  access: SetCookie
  refresh: SetCookie
  /** Set by a log-in only. */
  device: SetCookie | undefined
  /** What the page sends back where its browser says nothing of itself. */
  csrfToken: string
  /** `Cookie` headers as a browser sends them: the refresh token goes to its path only. */
  cookie: { cookie: string }
  refreshCookie: { cookie: string }
}

/** Reads the tokens that an answer put in cookies. */
export const toBrowserSession = (reply: Reply): BrowserSession => {
  const [access, refresh] = [cookieOf(reply, '__Host-access'), cookieOf(reply, '__Secure-refresh')]
  const device = readSetCookies(reply.headers)['__Host-device']
  const everywhere = { [access.name]: access.value, ...(device && { [device.name]: device.value }) }
  return {
    reply,
    access,
    refresh,
    device,
    csrfToken: reply.headers.get('x-csrf-token') ?? '',
    cookie: { cookie: toCookieHeader(everywhere) },
    refreshCookie: { cookie: toCookieHeader({ ...everywhere, [refresh.name]: refresh.value }) },
  }
}

/** Logs in as one of our own pages does. */
export const logInWithCookies = async (server: Server, { email, password }: Account): Promise<BrowserSession> =>
  toBrowserSession(
    await server.send('POST /v1/auth/login', {
      headers: fromOwnPage,
      json: { email, password, transport: 'cookie' },
    }),
  )
