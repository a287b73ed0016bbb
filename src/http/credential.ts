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

/** A cookie goes along by itself, so whatever changes something has to come from a page of ours. Browsers are given tokens and no API keys. */
const readCookie = async (c: Context<AppEnv>, cookie: string): Promise<Credential> => {
  if (!cookie.includes('.')) return { kind: 'rejected', problem: invalidAccessToken() }
  const isProved = isSafe(c.req.method) || (await isOwnPage(c))
  return isProved ? { kind: 'token', accessToken: cookie } : { kind: 'rejected', problem: refuseOtherPage(c) }
}

/** Reads the access token from `Authorization` (RFC 6750, section 2.1) or from its cookie, never from both. */
export const readCredential = (c: Context<AppEnv>): Credential | Promise<Credential> => {
  const authorization = c.req.header('authorization')
  const cookie = readAccessCookie(c)
  if ((authorization !== undefined && cookie !== undefined) || hasTokenCookieTwice(c)) {
    return { kind: 'rejected', problem: multipleCredentials() }
  }
  if (cookie !== undefined) return readCookie(c, cookie)
  if (authorization === undefined) return { kind: 'none' }
  const [, accessToken] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (accessToken === undefined) return { kind: 'rejected', problem: unauthenticated() }
  return { kind: 'token', accessToken }
}
