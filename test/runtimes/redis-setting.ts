import type { Settings } from '../support/bun-server'
import { findRedis } from '../support/redis'
import { settingsOfCalls } from '../support/route-calls'

/** A Redis whose keys are no other suite's: one of its numbered databases. */
export const openOwnRedis = async (): Promise<{ url: string } & AsyncDisposable> => {
  const { url, stop } = await findRedis()
  const pathname = `/${1 + Math.floor(Math.random() * 15)}`
  return { url: Object.assign(new URL(url), { pathname }).href, [Symbol.asyncDispose]: stop }
}

/** Numbers that no request of a test stands in the way of another by, but those that a test is about. */
export const limits = {
  consumeToken: { limit: 37, windowSeconds: 60 },
  account: { limit: 41, windowSeconds: 60 },
  federation: { limit: 24, windowSeconds: 2 },
}

/** Settings of a server that counts, behind a proxy that tells each request's address. */
export const countingSettings: Settings = {
  RATE_LIMITS: 'on',
  RATE_LIMIT_OVERRIDES: [
    'everyone=1000000/60',
    'address=100000/60',
    ...Object.entries(limits).map(([name, { limit, windowSeconds }]) => `${name}=${limit}/${windowSeconds}`),
  ].join(','),
  TRUSTED_PROXY: 'hops:1',
  LOCKOUT_DELAY_MILLISECONDS: '0',
  EMAIL_VERIFICATION: 'optional',
  WORK_JOBS: 'off',
  ...settingsOfCalls,
}

const random = (most: number) => Math.floor(Math.random() * most)

/** An address that no other request has: of 198.18.0.0/15, which is for benchmarks (RFC 2544). */
export const freshAddress = (): string => `198.${18 + random(2)}.${random(256)}.${random(256)}`

export interface CallOptions {
  json?: unknown
  form?: string | undefined
  accessToken?: string | undefined
  address?: string
}

/** Sends a request as a proxy would that names the caller, on Bun and on Workers. */
export const call = (
  url: string,
  route: string,
  { json, form, accessToken, address = freshAddress() }: CallOptions = {},
): Promise<Response> => {
  const [method = '', path = ''] = route.split(' ')
  return fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      'x-forwarded-for': address,
      'cf-connecting-ip': address,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
  })
}

export const password = 'correct horse battery staple'

/** Registers somebody new, who is logged in at once, and gives the access token. */
export const newAccessToken = async (url: string): Promise<string> => {
  const json = { email: `person-${crypto.randomUUID()}@example.com`, password }
  const response = await call(url, 'POST /v1/auth/register', { json })
  if (response.status !== 201) throw new Error(`It answered ${response.status}: ${await response.text()}`)
  return Object(await response.json()).tokens.accessToken
}

/** How many of these answers have each status, their bodies read to the end. */
export const tallyStatuses = async (responses: Promise<Response>[]): Promise<Record<string, number>> => {
  const statuses: Record<string, number> = {}
  for (const response of await Promise.all(responses)) {
    await response.arrayBuffer()
    statuses[response.status] = (statuses[response.status] ?? 0) + 1
  }
  return statuses
}

/** Sends two hundred requests at once, in turn to each of the servers of one Redis. */
export const twoHundred = (urls: string[], send: (url: string) => Promise<Response>) =>
  tallyStatuses(Array.from({ length: 200 }, (_, index) => send(urls[index % urls.length] ?? '')))
