import { expect } from 'bun:test'
import { routePolicies } from '#core/route-policies'
import { Policy } from '#features/operations/contract'
import { countedCalls } from '../support/route-calls'
import { call, freshAddress, limits, newAccessToken, password, tallyStatuses } from './redis-setting'

/** How long Redis may take, by default. */
export const redisTimeoutMs = 500
const recoverySeconds = 5

/** A server that counts in Redis, and how much its answers may take beside waiting for that. */
export interface CountingServer {
  url: string
  slackMs: number
  output: () => string
}

export const readPolicy = async ({ url }: Pick<CountingServer, 'url'>): Promise<Policy> =>
  Policy.parse(await (await call(url, 'GET /internal/policy')).json())

const isDegraded = (response: Response) => response.headers.get('server-timing')?.includes('redis;') ?? false

const probe = async (url: string) => {
  const response = await call(url, 'POST /v1/auth/email/verify', { json: { token: 'garbage' } })
  await response.arrayBuffer()
  return { isCounted: !isDegraded(response), status: response.status }
}

/** Waits until requests are counted in Redis again. */
export const recovers = async ({ url }: CountingServer): Promise<void> => {
  const giveUpAt = Date.now() + recoverySeconds * 1000
  while (!(await probe(url)).isCounted) {
    if (Date.now() > giveUpAt) throw new Error(`Redis is back for ${recoverySeconds} s, and nothing is counted there.`)
    await Bun.sleep(50)
  }
  const after = await Promise.all(Array.from({ length: 10 }, () => probe(url)))
  expect(after).toEqual(Array.from({ length: 10 }, () => ({ isCounted: true, status: 400 })))
}

const expectClosed = async (template: string, response: Response) => {
  const body = Object(await response.json())
  const { status, headers } = response
  // OAuth has a word of its own for it.
  const code = routePolicies[template]?.isOauth ? 'temporarily_unavailable' : 'limits_unavailable'
  const seen = { template, status, code: body.code ?? body.error, retryAfter: headers.get('retry-after') }
  expect(seen).toEqual({ template, status: 503, code, retryAfter: '2' })
  expect(response.headers.get('ratelimit'), template).toBeNull()
}

const expectLocal = async (template: string, response: Response) => {
  expect({ template, status: response.status, text: await response.text() }).toSatisfy(({ status }) => status < 500)
  expect(response.headers.get('ratelimit-policy'), template).toContain('"address";q=100000;w=60')
}

type CountedCall = ReturnType<typeof countedCalls>[number]

/** Sends a call, holds its answer to what the policy says of its route, and says how long it took. */
const expectPolicy = async (
  { url }: CountingServer,
  { template, route, json, form, needsUser }: CountedCall,
  policy: Policy,
  accessToken: string,
): Promise<number> => {
  const mode = policy.routes.find((line) => line.route === template)?.without.redis
  const startedAt = performance.now()
  const response = await call(url, route, { json, form, accessToken: needsUser ? accessToken : undefined })
  const milliseconds = performance.now() - startedAt
  expect(response.headers.get('server-timing'), template).toContain(`redis;desc="${mode}"`)
  if (mode === 'closed') await expectClosed(template, response)
  else await expectLocal(template, response)
  return milliseconds
}

/** Holds each route to the mode that the running server's policy says, in time. */
export const expectTable = async (server: CountingServer, policy: Policy, accessToken: string): Promise<void> => {
  const latestMs = redisTimeoutMs + server.slackMs
  for (const counted of countedCalls('plc_of_nobody')) {
    const milliseconds = await expectPolicy(server, counted, policy, accessToken)
    // A machine that had something else to do is not that slow twice; who waits for Redis is.
    if (milliseconds < latestMs) continue
    expect(await expectPolicy(server, counted, policy, accessToken), counted.template).toBeLessThan(latestMs)
  }
}

/** After some failures nobody waits for Redis, but for one request in a second. */
const expectNoWaiting = async ({ url }: CountingServer): Promise<void> => {
  const times = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const startedAt = performance.now()
      await probe(url)
      return performance.now() - startedAt
    }),
  )
  const [, longestButOne = 0] = times.toSorted((a, b) => b - a)
  expect(longestButOne).toBeLessThan(redisTimeoutMs)
}

/** What a closed route refused has not happened; what a local one counts is counted exactly. */
const expectMode = async ({ url }: CountingServer, mode: string | undefined): Promise<void> => {
  const json = { email: `person-${crypto.randomUUID()}@example.com`, password }
  const { status } = await call(url, 'POST /v1/auth/register', { json })
  expect(status).toBe(mode === 'closed' ? 503 : 201)
  const address = freshAddress()
  const attempts = Array.from({ length: 60 }, () =>
    call(url, 'POST /v1/auth/email/verify', { json: { token: 'garbage' }, address }),
  )
  const { limit } = limits.consumeToken
  expect(await tallyStatuses(attempts)).toEqual(mode === 'closed' ? { 503: 60 } : { 400: limit, 429: 60 - limit })
}

const expectReports = async (server: CountingServer, policy: Policy): Promise<void> => {
  const modes = new Set(policy.routes.flatMap(({ without }) => without.redis ?? []).filter((mode) => mode !== 'open'))
  const { outages } = await readPolicy(server)
  for (const mode of modes) {
    const outage = outages.find((entry) => entry.dependency === 'redis' && entry.mode === mode)
    expect(outage).toMatchObject({ inForce: true })
    expect(outage?.count).toBeGreaterThanOrEqual(5)
    expect(server.output()).toContain(`"outages":["redis:${mode}"]`)
  }
}

/** What has to hold in whatever way Redis is away, on any server. */
export const expectOutage = async (
  server: CountingServer,
  weather: { begin: () => Promise<void>; end: () => Promise<void> },
): Promise<void> => {
  const accessToken = await newAccessToken(server.url)
  const policy = await readPolicy(server)
  const mode = policy.routes.find(({ route }) => route === 'POST /v1/auth/register')?.without.redis
  await weather.begin()
  try {
    await expectTable(server, policy, accessToken)
    await expectNoWaiting(server)
    await expectMode(server, mode)
    expect((await call(server.url, 'GET /health/live')).status).toBe(200)
    await expectReports(server, policy)
  } finally {
    await weather.end()
  }
  await recovers(server)
  // The last of the calls deleted the account of the others.
  const newcomer = await newAccessToken(server.url)
  expect((await call(server.url, 'GET /v1/me', { accessToken: newcomer })).status).toBe(200)
}
