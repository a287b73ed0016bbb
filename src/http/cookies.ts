import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { AppEnv } from './router'

const accessCookie = '__Host-access'
const refreshCookie = '__Secure-refresh'
const deviceCookie = '__Host-device'
const flowCookie = '__Host-flow'
const postedFlowCookie = '__Host-posted-flow'
const probeCookie = '__Host-checkup'
const shared = { httpOnly: true, secure: true, sameSite: 'Lax' } as const
const accessScope = { ...shared, path: '/' }
const refreshScope = { ...shared, path: '/v1/auth/refresh' }

/** Browsers keep a cookie no longer (RFC 6265bis, section 5.5). */
const longestSeconds = 34_560_000

export interface TokenCookies {
  accessToken: string
  refreshToken: string
  /** seconds */
  refreshExpiresIn: number
}

export const readAccessCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, accessCookie)

export const readRefreshCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, refreshCookie)

export const readDeviceCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, deviceCookie)

/** Whether a request has a cookie of tokens twice: no browser sends that, and which one counts would be chance. */
export const hasTokenCookieTwice = (c: Context<AppEnv>): boolean => {
  const header = c.req.header('cookie')
  if (header === undefined) return false
  const names = header.split(';').map((pair) => pair.split('=', 1)[0]?.trim())
  return [accessCookie, refreshCookie].some((name) => names.filter((known) => known === name).length > 1)
}

/**
 * Hands the tokens to a browser where no script can read them; the refresh token goes to one path only. The access
 * cookie outlives its token, so that a log-out after the token's life still says whose session to end.
 */
export const setTokenCookies = (c: Context<AppEnv>, tokens: TokenCookies): void => {
  setCookie(c, accessCookie, tokens.accessToken, { ...accessScope, maxAge: tokens.refreshExpiresIn })
  setCookie(c, refreshCookie, tokens.refreshToken, { ...refreshScope, maxAge: tokens.refreshExpiresIn })
}

/** Lets a browser say later that somebody logged in on it before; a log-out leaves that. */
export const setDeviceCookie = (c: Context<AppEnv>, deviceToken: string): void =>
  setCookie(c, deviceCookie, deviceToken, { ...accessScope, maxAge: longestSeconds })

/** What a browser shows of the log-ins that it began at other providers. @param isPosted as for `setFlowCookie` */
export const readFlowCookie = (c: Context<AppEnv>, isPosted: boolean): string | undefined =>
  getCookie(c, isPosted ? postedFlowCookie : flowCookie)

/**
 * Lets a browser show that it began a log-in at another provider.
 * @param isPosted the provider’s answer comes as a form from its own site, with which browsers send only a cookie that
 * goes everywhere: one of its own, so that the other stays at home
 * @param maxAge how long somebody may take there, in seconds
 */
export const setFlowCookie = (
  c: Context<AppEnv>,
  binding: string,
  { isPosted, maxAge }: { isPosted: boolean; maxAge: number },
): void => {
  const scope = { ...accessScope, maxAge }
  if (isPosted) setCookie(c, postedFlowCookie, binding, { ...scope, sameSite: 'None' })
  else setCookie(c, flowCookie, binding, scope)
}

/** A cookie as the others are, which says nothing and ends at once: for whoever wants to know what proxies make of them. */
export const setProbeCookie = (c: Context<AppEnv>): void =>
  setCookie(c, probeCookie, 'good', { ...accessScope, maxAge: 1 })

export const clearTokenCookies = (c: Context<AppEnv>): void => {
  deleteCookie(c, accessCookie, accessScope)
  deleteCookie(c, refreshCookie, refreshScope)
}
