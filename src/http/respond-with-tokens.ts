import type { Context } from 'hono'
import { setTokenCookies, type TokenCookies } from './cookies'
import { isOwnPage, refuseOtherPage } from './own-page'
import { rememberDevice, renewCsrfToken } from './remember-device'
import type { AppEnv } from './router'

/** How tokens travel: in the body, or in cookies that no script can read. */
export type Transport = 'bearer' | 'cookie'

interface Tokens<User> extends TokenCookies {
  tokenType: 'Bearer'
  /** seconds */
  expiresIn: number
  sessionId: string
  user: User
}

/** Cookies are for our own pages only. Throws `cross-site-request`. */
export const requireOwnPage = async (c: Context<AppEnv>, transport: Transport): Promise<void> => {
  if (transport === 'cookie' && !(await isOwnPage(c))) throw refuseOtherPage(c)
}

/**
 * Answers with tokens by the transport that was asked for; in cookies they are nowhere else.
 * @param deviceToken what tells later that somebody logged in on this device; null if nothing new does
 */
export const respondWithTokens = async <User extends object>(
  c: Context<AppEnv>,
  transport: Transport,
  tokens: Tokens<User>,
  deviceToken: string | null,
) => {
  if (deviceToken !== null) await rememberDevice(c, transport, deviceToken)
  if (transport === 'bearer') return tokens
  if (deviceToken === null) await renewCsrfToken(c)
  setTokenCookies(c, tokens)
  const { expiresIn, refreshExpiresIn, sessionId, user } = tokens
  return { tokenType: 'Cookie' as const, expiresIn, refreshExpiresIn, sessionId, user }
}

/** What a log-in by one factor came to: tokens, or what the second factor is to be shown with. */
type Outcome<User, Challenge> =
  | { kind: 'challenge'; answer: Challenge }
  | { kind: 'session'; tokens: Tokens<User>; deviceToken: string | null }

/**
 * Answers a log-in by the transport that was asked for. The device is known then, unless a second factor is missing.
 * Throws `cross-site-request`, and what `logIn` throws.
 */
export const respondWithOutcome = async <User extends object, Challenge extends object>(
  c: Context<AppEnv>,
  transport: Transport = 'bearer',
  logIn: () => Promise<Outcome<User, Challenge>>,
) => {
  await requireOwnPage(c, transport)
  const outcome = await logIn()
  if (outcome.kind === 'challenge') return outcome.answer
  return respondWithTokens(c, transport, outcome.tokens, outcome.deviceToken)
}
