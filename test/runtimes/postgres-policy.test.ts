import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Policy } from '#features/operations/contract'
import { signChallengeToken } from '../platform/challenge-token'
import { countedCalls, settingsOfCalls } from '../support/route-calls'
import { type Account, get, registerAccount } from './account'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, secret, startServer } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const timeoutSeconds = 1

const resources = new AsyncDisposableStack()
let database: RealDatabase
let proxy: TcpProxy
let server: ServerProcess
let ada: Account
let policy: Policy
const challengeToken = await signChallengeToken(secret)

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  const DATABASE_URL = proxy.through(database.url)
  server = resources.use(
    await startServer({ DATABASE_URL, ...settingsOfCalls, DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds) }),
  )
  ada = await registerAccount(server.url)
  policy = Policy.parse(await (await get(server.url, '/internal/policy')).json())
}, 30_000)

afterAll(() => resources.disposeAsync())

interface Call {
  template: string
  send: () => Promise<Response>
}

const request = (
  route: string,
  { json, form }: { json?: unknown; form?: string },
  accessToken?: string,
): Promise<Response> => {
  const [method = '', path = ''] = route.split(' ')
  return fetch(server.url + path, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
  })
}

/** A log-out and a refresh of nobody ask no database; these do. */
const ofAda = (template: string): { json?: unknown; isSignedIn: boolean } | undefined => {
  if (template === 'POST /v1/auth/refresh') return { json: { refreshToken: ada.refreshToken }, isSignedIn: false }
  if (template === 'POST /v1/auth/logout') return { isSignedIn: true }
  return undefined
}

/** What no provider signed is refused before anybody is looked for. */
const asksNobody = 'POST /v1/auth/oauth/:provider/backchannel-logout'

const calls = (): Call[] => [
  ...countedCalls(challengeToken)
    .filter(({ template }) => template !== asksNobody)
    .map(({ template, route, needsUser, ...body }) => {
      const own = ofAda(template)
      const isSignedIn = own?.isSignedIn ?? needsUser
      return { template, send: () => request(route, own ?? body, isSignedIn ? ada.accessToken : undefined) }
    }),
  ...['GET /.well-known/jwks.json', 'GET /health/live', 'GET /dev/mailbox', 'GET /internal/policy'].map((template) => ({
    template,
    send: () => request(template, {}),
  })),
]

const timed = async (send: () => Promise<Response>) => {
  const startedAt = performance.now()
  const response = await send()
  await response.arrayBuffer()
  const ms = performance.now() - startedAt
  const told = response.headers.get('server-timing')
  return { status: response.status, retryAfter: response.headers.get('retry-after'), told, ms }
}

const expectTable = async (latestMs: number) => {
  for (const { template, send } of calls()) {
    const mode = policy.routes.find(({ route }) => route === template)?.without.postgres
    const { status, retryAfter, told, ms } = await timed(send)
    expect({ template, isUnavailable: status === 503 }).toEqual({ template, isUnavailable: mode === 'closed' })
    if (mode === 'closed') {
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect(told).toBe('postgres;desc="closed"')
    } else expect(status).toBe(200)
    expect(ms, template).toBeLessThan(latestMs)
  }
}

const recovers = async () => {
  for (const giveUpAt = Date.now() + 5000; Date.now() < giveUpAt; await Bun.sleep(50)) {
    if ((await get(server.url, '/v1/me', ada.accessToken)).ok) return
  }
  throw new Error('No answer from Postgres 5 s after it came back.')
}

for (const weather of ['refused', 'black-hole', 'hang-up'] as const) {
  test(`while Postgres is away (${weather}) each route does as its line says, within its deadline, and recovers`, async () => {
    await proxy.turn(weather)
    await expectTable((timeoutSeconds + 1) * 1000)
    const { outages } = Policy.parse(await (await get(server.url, '/internal/policy')).json())
    expect(outages).toMatchObject([{ dependency: 'postgres', mode: 'closed', inForce: true }])
    expect(server.output()).toContain('"outages":["postgres:closed"]')
    await proxy.turn('clear')
    await recovers()
  }, 60_000)
}

test('after some statements that found no Postgres, others are refused at once and not after their deadline', async () => {
  await proxy.turn('black-hole')
  await Promise.all(Array.from({ length: 12 }, () => get(server.url, '/v1/me', ada.accessToken)))
  const times: number[] = []
  for (let count = 0; count < 20; count += 1) {
    times.push((await timed(() => get(server.url, '/v1/me', ada.accessToken))).ms)
  }
  // One in a while tries for all, and waits.
  expect(times.filter((ms) => ms < 100).length).toBeGreaterThanOrEqual(15)
  await proxy.turn('clear')
  await recovers()
}, 30_000)

test('a Postgres that is slow but answers in time is waited for, one that is slower is not', async () => {
  proxy.delayMs = 200
  expect(await timed(() => get(server.url, '/v1/me', ada.accessToken))).toMatchObject({ status: 200 })
  proxy.delayMs = 3000
  const { status, ms } = await timed(() => get(server.url, '/v1/me', ada.accessToken))
  expect(status).toBe(503)
  expect(ms).toBeLessThan((timeoutSeconds + 1) * 1000)
  proxy.delayMs = 0
  await recovers()
}, 30_000)

test('whoever would wait too far back for a connection is sent away at once', async () => {
  await database.sql.begin(async (transaction) => {
    await transaction`lock table session in access exclusive mode`
    const statuses = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const response = await get(server.url, '/v1/me', ada.accessToken)
        const { code } = Object(await response.json())
        return code
      }),
    )
    // 10 connections with 20 waiting for each; the rest is shed.
    expect(statuses.filter((code) => code === 'overloaded').length).toBeGreaterThanOrEqual(150)
    expect(new Set(statuses)).toEqual(new Set(['overloaded', 'database_unavailable']))
  })
  await recovers()
}, 30_000)
