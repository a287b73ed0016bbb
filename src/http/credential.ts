import type { Context } from 'hono'
import type { Problem } from '#core/problem'
import { crossSiteRequest, multipleCredentials, unauthenticated } from '#core/problems'
import { readAccessCookie } from './cookies'
import type { AppEnv } from './router'
import { isSameSite } from './same-site'

export type Credential =
  | { kind: 'none' }
  | { kind: 'token'; accessToken: string }
  | { kind: 'rejected'; problem: Problem }

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Reads the access token from `Authorization` (RFC 6750, section 2.1) or from its cookie, never from both. */
export const readCredential = (c: Context<AppEnv>): Credential => {
  const authorization = c.req.header('authorization')
  const cookie = readAccessCookie(c)
  if (authorization !== undefined && cookie !== undefined) return { kind: 'rejected', problem: multipleCredentials() }
  if (cookie !== undefined) {
    const proved = safeMethods.has(c.req.method) || isSameSite(c)
    return proved ? { kind: 'token', accessToken: cookie } : { kind: 'rejected', problem: crossSiteRequest() }
  }
  if (authorization === undefined) return { kind: 'none' }
  const [, accessToken] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
  if (accessToken === undefined) return { kind: 'rejected', problem: unauthenticated() }
  return { kind: 'token', accessToken }
}
