import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { AppEnv } from './router'

const accessCookie = '__Host-access'
const refreshCookie = '__Secure-refresh'
const shared = { httpOnly: true, secure: true, sameSite: 'Lax' } as const
const accessScope = { ...shared, path: '/' }
const refreshScope = { ...shared, path: '/v1/auth/refresh' }

export interface TokenCookies {
  accessToken: string
  refreshToken: string
  /** seconds */
  refreshExpiresIn: number
}

export const readAccessCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, accessCookie)

export const readRefreshCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, refreshCookie)

/**
 * Hands the tokens to a browser where no script can read them; the refresh token goes to one path only. The access
 * cookie outlives its token, so that a log-out after the token's life still says whose session to end.
 */
export const setTokenCookies = (c: Context<AppEnv>, tokens: TokenCookies): void => {
  setCookie(c, accessCookie, tokens.accessToken, { ...accessScope, maxAge: tokens.refreshExpiresIn })
  setCookie(c, refreshCookie, tokens.refreshToken, { ...refreshScope, maxAge: tokens.refreshExpiresIn })
}

export const clearTokenCookies = (c: Context<AppEnv>): void => {
  deleteCookie(c, accessCookie, accessScope)
  deleteCookie(c, refreshCookie, refreshScope)
}
