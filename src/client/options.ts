import type { ProblemError } from './problem-error'
import type { TokenStorage } from './token-storage'

/** How tokens travel: in the `Authorization` header, or in cookies that no script can read. */
export type Transport = 'bearer' | 'cookie'

/** The part of `fetch` that the client calls. */
export type Fetch = (url: string, init?: RequestInit) => Response | Promise<Response>

export interface ClientOptions {
  /** `bearer` unless said. `cookie` works on pages of the server's own origin, and of CORS_ORIGINS on its site. */
  transport?: Transport
  /** Where the tokens live; in memory unless said. Not used with cookies. */
  tokens?: TokenStorage
  /** Sends the requests; the platform's `fetch` unless said. */
  fetch?: Fetch
  /** Called once when the server says that the session has ended, but not for a log-out by this client. */
  onSessionEnded?: (problem: ProblemError) => void
}
