import { addressOf, type createAttempt } from './attempt'
import { findGrant } from './grant'
import type { Transport } from './options'
import type { createSession } from './session'
import type { TokenStorage, Tokens } from './token-storage'

interface FetchSettings {
  /** The address that every path starts with. */
  root: string
  transport: Transport
  storage: TokenStorage
  attempt: ReturnType<typeof createAttempt>
  session: ReturnType<typeof createSession>
}

/** Routes that start or continue a session by what is in their body: no access token goes there. */
const startPaths = new Set([
  '/auth/register',
  '/auth/login',
  '/auth/email-link/consume',
  '/auth/mfa/verify',
  '/auth/mfa/enrol',
  '/auth/passkey/options',
  '/auth/passkey/verify',
  '/auth/oauth/exchange',
  '/auth/refresh',
])

/** Of these, the ones that take a transport. */
const logInPaths = new Set([
  '/auth/login',
  '/auth/email-link/consume',
  '/auth/mfa/verify',
  '/auth/passkey/verify',
  '/auth/oauth/exchange',
])

/** The log-in by the id_token of any provider. */
const isTokenLogIn = (path: string): boolean => /^\/auth\/oauth\/[a-z0-9]+\/token$/.test(path)

const withMembers = (init: RequestInit, members: object): RequestInit => {
  if (typeof init.body !== 'string') return init
  const given: object = JSON.parse(init.body)
  return { ...init, body: JSON.stringify({ ...members, ...given }) }
}

/** A stream can be read once, and a request may have to be sent twice. */
const repeatable = async (init: RequestInit): Promise<RequestInit> =>
  init.body instanceof ReadableStream ? { ...init, body: await new Response(init.body).blob() } : init

/** Makes the `fetch` that `hc` calls: each request with the session it belongs to, each new token kept. */
export const createFetch = ({ root, transport, storage, attempt, session }: FetchSettings) => {
  /** What the caller need not say again, having said it to `createClient` or to a log-in. */
  const impliedMembers = async (path: string): Promise<object> => {
    if (logInPaths.has(path) || isTokenLogIn(path)) return transport === 'cookie' ? { transport } : {}
    const { refreshToken } = (path === '/auth/refresh' && (await storage.get())) || {}
    return refreshToken ? { refreshToken } : {}
  }

  const route = async (path: string, url: string, init: RequestInit): Promise<Response> => {
    const send = (tokens: Tokens | undefined) => attempt(url, init, tokens)
    if (new Headers(init.headers).has('authorization')) return attempt(url, init)
    if (startPaths.has(path) || isTokenLogIn(path)) return attempt(url, withMembers(init, await impliedMembers(path)))
    return path === '/auth/logout' ? session.logOut(send) : session.call(send)
  }

  return async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = addressOf(input)
    const [path = ''] = url.slice(root.length).split('?')
    const response = await route(path, url, await repeatable(init))
    if (!path.startsWith('/auth/')) return response
    const grant = findGrant(
      await response
        .clone()
        .json()
        .catch(() => undefined),
    )
    if (grant) await session.keep(grant)
    return response
  }
}
