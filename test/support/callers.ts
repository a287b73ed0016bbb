import { targetName } from '../target'
import type { Server } from './server'

/** Whether the target is the Worker, where the edge names the caller: locally nobody but the caller does. */
export const isWorker = targetName === 'workerd'

/** The header in which the tests, in the place of the proxy before the target, name the caller. */
export const addressHeader = isWorker ? 'cf-connecting-ip' : 'x-forwarded-for'

/** Settings of a server that many callers use, each with few requests; what has the settings has the server. */
export const servedOrigins = ['https://app.example.com', 'http://localhost:5173'] as const
export const usesOfAddress = 40
export const behindProxy = {
  RATE_LIMITS: 'on',
  RATE_LIMIT_OVERRIDES: `everyone=100000/60,register=10000/60,consumeToken=10000/60,address=${usesOfAddress}/60`,
  TRUSTED_PROXY: 'hops:1',
  CORS_ORIGINS: servedOrigins.join(','),
}

const random = (most: number) => Math.floor(Math.random() * most)

/** An address that no other test has: of 198.18.0.0/15, which is for benchmarks (RFC 2544). */
export const freshAddress = (): string => `198.${18 + random(2)}.${random(256)}.${random(256)}`

/** The first half of IPv6 addresses that no other test has. */
export const freshNetwork = (): string => `2001:db8:${random(65_536).toString(16)}:${random(65_536).toString(16)}`

/** The server as a caller with this address sees it; nobody vouches for one if it is empty. */
export const from = (server: Server, address: string): Server => ({
  ...server,
  send: (route, options) =>
    server.send(route, {
      ...options,
      headers: { ...(address !== '' && { [addressHeader]: address }), ...options?.headers },
    }),
})
