import { hc, type InferResponseType } from 'hono/client'
import { addressOf, createAttempt } from './client/attempt'
import { createFetch } from './client/create-fetch'
import { createEchoes } from './client/echoes'
import { guardParameters } from './client/guard-parameters'
import type { ClientOptions } from './client/options'
import { createSession } from './client/session'
import { createMemoryStorage } from './client/token-storage'
import type { proofs } from './features/accounts/passkey-routes'
import type { recovery } from './features/accounts/recovery-routes'
import type { accounts } from './features/accounts/routes'
import type { secondFactors } from './features/authenticators/log-in-routes'
import type { authenticators } from './features/authenticators/routes'
import type { identities } from './features/federation/identity-routes'
import type { federation } from './features/federation/routes'
import type { profiles } from './features/profiles/routes'
import type { sessions } from './features/sessions/routes'
import type { trustedDevices } from './features/sessions/trusted-device-routes'

// biome-ignore lint/performance/noBarrelFile: the package has one entry, and this is it.
export {
  beginFederatedLogIn,
  type FederatedLogIn,
  type FederatedReturn,
  readFederatedReturn,
} from './client/federated-log-in'
export type { ClientOptions, Fetch, Transport } from './client/options'
export { createPasskey, usePasskey } from './client/passkeys'
export type { ProblemCode } from './client/problem-codes'
export { ConnectionError, type FieldError, isProblem, type ProblemDetails, ProblemError } from './client/problem-error'
export { createMemoryStorage, createWebStorage, type TokenStorage, type Tokens } from './client/token-storage'

/** The routers under /v1. A new feature is one more member, and never one chain of all. */
type Routers =
  | typeof accounts
  | typeof recovery
  | typeof proofs
  | typeof secondFactors
  | typeof authenticators
  | typeof federation
  | typeof identities
  | typeof profiles
  | typeof sessions
  | typeof trustedDevices

/** How long a refresh may take before those who wait for it, in this tab and others, get an error. */
const refreshTimeoutMs = 10_000

/**
 * Makes the typed client of a Postern server. A call resolves to its success, or throws a `ProblemError` (the server
 * refused), a `ConnectionError` (it was not reached) or the reason of the signal that aborted it. The client keeps the
 * tokens of a log-in, refreshes them shortly before they end, and forgets them at a log-out; the server goes on knowing
 * the device.
 * @param baseUrl the public address of the server, without `/v1`; empty for the origin of the page
 */
export const createClient = (baseUrl: string, options: ClientOptions = {}) => {
  const root: string = `${baseUrl.replace(/\/+$/, '')}/v1`
  const { transport = 'bearer', tokens, fetch: send = (url, init) => fetch(url, init), onSessionEnded } = options
  const storage = transport === 'bearer' && tokens ? tokens : createMemoryStorage()
  const attempt = createAttempt(send, transport, createEchoes(transport, storage))
  const { auth } = hc<typeof sessions>(root, {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => attempt(addressOf(input), init),
  })

  const session = createSession({
    transport,
    storage,
    lockName: `postern ${root}`,
    onSessionEnded,
    exchange: async (refreshToken) => {
      const signal = AbortSignal.timeout(refreshTimeoutMs)
      const answer = await auth.refresh.$post({ json: refreshToken ? { refreshToken } : {} }, { init: { signal } })
      return answer.json()
    },
  })
  return guardParameters(hc<Routers>(root, { fetch: createFetch({ root, transport, storage, attempt, session }) }))
}

/** What `createClient` gives. */
export type Client = ReturnType<typeof createClient>

/** The account of a person, as they see it. */
export type User = InferResponseType<Client['me']['$get']>

/** One place where a person is logged in. */
export type Session = InferResponseType<Client['sessions']['$get']>['items'][number]
