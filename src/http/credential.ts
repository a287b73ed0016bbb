import type { Context } from 'hono'
import type { Problem } from '#core/problem'
import { invalidAccessToken, multipleCredentials, unauthenticated } from '#core/problems'
import { hasTokenCookieTwice, readAccessCookie } from './cookies'
import { isOwnPage, refuseOtherPage } from './own-page'
import type { AppEnv } from './router'
import { isSafe } from './safe-methods'

export type Credential =
  | { kind: 'none' }
  | { kind: 'token'; accessToken: string }
  | { kind: 'rejected'; problem: Problem }

/** Reads the access token from `Authorization` (RFC 6750, section 2.1) or from its cookie, never from both. */
export const readCredential = async (c: Context<AppEnv>): Promise<Credential> => {
  const authorization = c.req.header('authorization')
  const cookie = readAccessCookie(c)
  if ((authorization !== undefined && cookie !== undefined) || hasTokenCookieTwice(c)) {
    return { kind: 'rejected', problem: multipleCredentials() }
  }
  if (cookie !== undefined) {
    // Browsers are given tokens and no API keys.
    if (!cookie.includes('.')) return { kind: 'rejected', problem: invalidAccessToken() }
    const isProved = isSafe(c.req.method) || (await isOwnPage(c))
    return isProved ? { kind: 'token', accessToken: cookie } : { kind: 'rejected', problem: refuseOtherPage(c) }
  }
  if (authorization === undefined) return { kind: 'none' }
  const [, accessToken] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (accessToken === undefined) return { kind: 'rejected', problem: unauthenticated() }
  return { kind: 'token', accessToken }
}
