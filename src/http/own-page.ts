import type { Context } from 'hono'
import { areBytesAuthentic, authenticateBytes } from '#core/macs'
import type { Problem } from '#core/problem'
import { crossSiteRequest } from '#core/problems'
import type { OwnPageRule } from '#core/refusals'
import { fromBase64Url, toBase64Url } from '#core/secrets'
import { readDeviceCookie } from './cookies'
import type { AppEnv } from './router'

const isOwnOrigin = ({ CORS_ORIGINS, BASE_URL }: AppEnv['Bindings']['config'], origin: string) =>
  origin === new URL(BASE_URL).origin || CORS_ORIGINS.includes(origin)

/**
 * Whether a browser vouches that one of our pages sent this request: by Fetch Metadata where it speaks of it, by `Origin`
 * otherwise. Pages of CORS_ORIGINS are ours too, if they are of the same site. Undefined: it says nothing of either.
 */
const findProof = (c: Context<AppEnv>): boolean | undefined => {
  const [site, origin] = [c.req.header('sec-fetch-site'), c.req.header('origin')]
  if (site === 'same-origin') return true
  if (site !== undefined && site !== 'same-site') return false
  if (origin === undefined) return site === undefined ? undefined : false
  return isOwnOrigin(c.env.config, origin)
}

const bytesOf = (deviceToken: string) => new TextEncoder().encode(deviceToken)

/** What a page sends back as `X-CSRF-Token`, where a browser says nothing of it: only our own page could have read it. */
export const makeCsrfToken = async (c: Context<AppEnv>, deviceToken: string): Promise<string> =>
  toBase64Url(await authenticateBytes(c.env, 'csrf-token', bytesOf(deviceToken)))

const isCsrfToken = async (c: Context<AppEnv>): Promise<boolean> => {
  const [token, deviceToken] = [c.req.header('x-csrf-token'), readDeviceCookie(c)]
  if (!token || !deviceToken) return false
  try {
    return await areBytesAuthentic(c.env, 'csrf-token', bytesOf(deviceToken), fromBase64Url(token))
  } catch {
    return false
  }
}

/** By what `isOwnPage` tells of a request where it came from: the first of these that speaks of it. */
const ownPageRuleOf = (c: Context<AppEnv>): OwnPageRule => {
  const [site, origin] = [c.req.header('sec-fetch-site'), c.req.header('origin')]
  if (origin !== undefined && (site === undefined || site === 'same-site')) return 'origin'
  return site === undefined ? 'x-csrf-token' : 'sec-fetch-site'
}

/** What is said to a request with our cookies that no page of ours sent. */
export const refuseOtherPage = (c: Context<AppEnv>): Problem =>
  crossSiteRequest({ check: { check: 'own-page', rule: ownPageRuleOf(c) } })

/** Whether one of our own pages sent this request, and not another site with our cookies. */
export const isOwnPage = async (c: Context<AppEnv>): Promise<boolean> => findProof(c) ?? isCsrfToken(c)
